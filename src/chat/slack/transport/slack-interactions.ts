/** What Slack sends besides events, and one part of the product that deals with some of it. */
export type SlackInteractions = {
  /**
   * What to acknowledge the request with, at once or when it resolves, where it is this part's: the work
   * goes on behind it, since Slack waits three seconds whatever the database does. Undefined for what is not.
   */
  take(body: unknown): { response: unknown } | undefined;
  /** Resolves when nothing is being dealt with. */
  idle(): Promise<void>;
};
