const ERRORS = {
  unauthorized: [401, 0, "401: Unauthorized"],
  notFound: [404, 0, "404: Not Found"],
  methodNotAllowed: [405, 0, "405: Method Not Allowed"],
  unknownChannel: [404, 10003, "Unknown Channel"],
  unknownGuild: [404, 10004, "Unknown Guild"],
  unknownMember: [404, 10007, "Unknown Member"],
  unknownMessage: [404, 10008, "Unknown Message"],
  unknownRole: [404, 10011, "Unknown Role"],
  unknownUser: [404, 10013, "Unknown User"],
  unknownEmoji: [400, 10014, "Unknown Emoji"],
  unknownWebhook: [404, 10015, "Unknown Webhook"],
  unknownInteraction: [404, 10062, "Unknown interaction"],
  unknownCommand: [404, 10063, "Unknown application command"],
  tooManyWebhooks: [400, 30007, "Maximum number of webhooks reached (15)"],
  tooLarge: [413, 40005, "Request entity too large"],
  alreadyAcknowledged: [400, 40060, "Interaction has already been acknowledged."],
  missingAccess: [403, 50001, "Missing Access"],
  notTheAuthor: [403, 50005, "Cannot edit a message authored by another user"],
  emptyMessage: [400, 50006, "Cannot send an empty message"],
  cannotSendToUser: [403, 50007, "Cannot send messages to this user"],
  missingPermissions: [403, 50013, "Missing Permissions"],
  wrongBulkCount: [400, 50016, "Provided too few or too many messages to delete"],
  systemMessage: [403, 50021, "Cannot execute action on a system message"],
  invalidWebhookToken: [401, 50027, "Invalid Webhook Token"],
  tooOldToBulkDelete: [400, 50034, "A message provided was too old to bulk delete"],
  invalidForm: [400, 50035, "Invalid Form Body"],
  archivedThread: [400, 50083, "Thread is archived"],
  invalidJson: [400, 50109, "The request body contains invalid JSON."],
  reactionBlocked: [403, 90001, "Reaction blocked"],
  threadExists: [400, 160004, "A thread has already been created for this message"],
} as const satisfies Record<string, readonly [status: number, code: number, message: string]>;

export type ApiErrorName = keyof typeof ERRORS;

/** The nested `errors` object of a 50035 answer: leaves are `{ _errors: [{ code, message }] }`. */
export type FormErrors = { [field: string]: FormErrors | { code: string; message: string }[] };

/** A refusal as Discord's REST API words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: FormErrors | undefined;

  constructor(name: ApiErrorName, errors?: FormErrors) {
    const [status, code, message] = ERRORS[name];
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toBody() {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** A 50035 that names one field, given as a path such as `["embeds", "0", "title"]`. */
export function formError(path: (string | number)[], code: string, message: string): ApiError {
  let errors: FormErrors = { _errors: [{ code, message }] };
  for (const key of path.toReversed()) errors = { [key]: errors };
  return new ApiError("invalidForm", errors);
}
