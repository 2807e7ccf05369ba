/** The worker is told to stop: the turn is handed back and resumes from its journal elsewhere. */
export class TurnInterrupted extends Error {
  constructor() {
    super("the turn was interrupted");
    this.name = "TurnInterrupted";
  }
}
