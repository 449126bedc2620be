// A walk of which nobody knows anything yet, to tell whether what is decided on it is the state's matter alone: then it holds for
// every other walk through that state.

import type { Mac } from "../model/address.ts";
import type { Attempt } from "../model/trace.ts";
import { Walk } from "./walk.ts";

/** It notes that it was asked for anything else than its state. */
export class BlankWalk extends Walk {
  wasAsked = false;

  override get attempt(): Attempt {
    this.wasAsked = true;
    return super.attempt;
  }

  override choose(...question: Parameters<Walk["choose"]>): number {
    this.wasAsked = true;
    return super.choose(...question);
  }

  override fork(): Walk {
    this.wasAsked = true;
    return super.fork();
  }

  override learnedNeighbour(...place: Parameters<Walk["learnedNeighbour"]>): Mac | null | undefined {
    this.wasAsked = true;
    return super.learnedNeighbour(...place);
  }

  override learnedPort(...place: Parameters<Walk["learnedPort"]>): string | undefined {
    this.wasAsked = true;
    return super.learnedPort(...place);
  }

  // All that connection tracking knows begins with it.
  override track(netns: string): void {
    this.wasAsked = true;
    super.track(netns);
  }

  override connectionsOf(netns: string): ReturnType<Walk["connectionsOf"]> {
    this.wasAsked = true;
    return super.connectionsOf(netns);
  }
}
