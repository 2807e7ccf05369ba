/** What a check found out about one connection or setting, for an operator. */
export type Finding = {
  /** `off`: not configured. `warning`: works, but something should be done. */
  state: "ok" | "off" | "warning" | "failed";
  what: string;
  /** What is the case, and, unless all is well, what to do. One line. */
  detail: string;
};
