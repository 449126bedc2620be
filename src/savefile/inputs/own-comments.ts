// Comments that pktwhy itself has written into a capture, told from those of others.

/** Whether pktwhy wrote the section. */
export function isOwnApplication(application: string | null): boolean {
  return application?.startsWith("pktwhy") === true;
}

/** What somebody noted on a packet: in pktwhy's own files without what it noted itself, which it is about to say. */
export function othersComments(comments: readonly string[], isOwnFile: boolean): readonly string[] {
  return isOwnFile ? comments.filter((comment) => !OWN_COMMENT.test(comment)) : comments;
}

// As render/packet-comments.ts begins them.
const OWN_COMMENT = /^pktwhy[:：]/;
