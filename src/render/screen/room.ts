// How much of each part is told: from everything to very little, one thing given up after the other until it fits.

/** How much of each part a screen has room for. */
export interface Room {
  /** Which of the foldings of the steps. */
  readonly fold: number;
  /** Lines of the summary. */
  readonly summary: number;
  /** Fixes, and whether the first says more than whether it was tried. */
  readonly fixes: number;
  readonly effect: boolean;
  /** Further causes. */
  readonly also: number;
  /** Look-alikes, and whether they stand in lines of their own with their titles. */
  readonly lookalikes: number;
  readonly titled: boolean;
  readonly settle: number;
  /** Whether it is said what the commands that settle it would show. */
  readonly because: boolean;
  /** Lists such as what the kernel counted: lines of each. */
  readonly list: number;
  readonly flows: number;
  /** Remarks, and lines of each. */
  readonly remarks: number;
  readonly remark: number;
  /** Lines of a step that decides. */
  readonly deciding: number;
  /** Blank lines between the blocks. */
  readonly blank: boolean;
}

const EVERYTHING: Room = {
  fold: 0,
  summary: 8,
  fixes: 2,
  effect: true,
  also: 4,
  lookalikes: 4,
  titled: true,
  settle: 2,
  because: true,
  list: 3,
  flows: 6,
  remarks: 4,
  remark: 3,
  deciding: 3,
  blank: true,
};

// Short stories keep every step that leads to their end: something else goes first.
const SHORT_STORY: readonly Partial<Room>[] = [
  { fold: 1 },
  { fold: 2 },
  { fold: 3 },
  { remark: 2, list: 2 },
  { titled: false },
  { fixes: 1 },
  { flows: 4 },
  { settle: 1 },
  { summary: 5, deciding: 2 },
  { list: 1, also: 2 },
  { remark: 1 },
  { effect: false, because: false },
  { summary: 4 },
  { list: 0, also: 1 },
  { flows: 2, remarks: 2 },
  { summary: 3 },
  { lookalikes: 2 },
  { remarks: 1, flows: 1 },
  { blank: false },
  { also: 0 },
  { summary: 2 },
  ...later(4),
];

const LONG_STORY: readonly Partial<Room>[] = [
  { fold: 1 },
  { fold: 2 },
  { fold: 3 },
  { fold: 4 },
  { remark: 2, list: 2 },
  { fold: 5 },
  { titled: false },
  { fixes: 1 },
  { flows: 4 },
  { fold: 6 },
  { settle: 1 },
  { summary: 5, deciding: 2 },
  { fold: 7 },
  { remark: 1 },
  { list: 1, also: 2 },
  { effect: false, because: false },
  { flows: 3, remarks: 2 },
  { summary: 4 },
  { also: 1 },
  { remarks: 1, flows: 2 },
  { list: 0 },
  { fold: 8 },
  { summary: 3 },
  { fold: 9 },
  { lookalikes: 2 },
  { fold: 10 },
  { blank: false },
  { flows: 1 },
  ...later(11),
  { also: 0 },
  { summary: 2 },
];

// Where all went well the headline has said almost everything.
const WELL: readonly Partial<Room>[] = [
  ...later(1, 7),
  { remark: 2, list: 2, titled: false, flows: 4 },
  { remark: 1, list: 1, also: 2, flows: 3 },
  ...later(8, 9),
  { summary: 2 },
  { flows: 2, remarks: 2 },
  ...later(10, 10),
  { summary: 0 },
  { remarks: 1, also: 1, flows: 1 },
  { blank: false, list: 0 },
  ...later(11),
  { also: 0 },
];

function later(from: number, to = 16): Partial<Room>[] {
  return Array.from({ length: to - from + 1 }, (_, k) => ({ fold: from + k }));
}

/** What a report is, as far as the order goes in which things are given up. */
export type Story = "short" | "long" | "well";

const GIVEN_UP: Readonly<Record<Story, readonly Partial<Room>[]>> = {
  short: SHORT_STORY,
  long: LONG_STORY,
  well: WELL,
};

/** Ever less, the first being everything. */
export function* rooms(story: Story): Generator<Room> {
  let room = EVERYTHING;
  yield room;
  for (const less of GIVEN_UP[story]) {
    room = { ...room, ...less };
    yield room;
  }
}
