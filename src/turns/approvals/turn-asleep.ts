/** The turn sleeps in the database until somebody decides: this worker is done with it. */
export class TurnAsleep extends Error {
  /** Whether something else waits in the conversation. */
  readonly more: boolean;

  constructor({ more }: { more: boolean }) {
    super("the turn sleeps until somebody decides");
    this.name = "TurnAsleep";
    this.more = more;
  }
}
