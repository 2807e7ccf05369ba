export const TURN_STATUSES = [
  "pending",
  "running",
  "waiting",
  "done",
  "failed",
  "declined",
  "merged",
] as const;
export type TurnStatus = (typeof TURN_STATUSES)[number];
