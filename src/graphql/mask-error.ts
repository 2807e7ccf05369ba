import { GraphQLError } from "graphql";
import { AppError, toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { isDatabaseAway } from "../store/is-database-away.ts";

/**
 * Errors as clients see them: an `AppError` with its code in `extensions.code`, a fault of the
 * request itself as `INVALID`, and everything else as one sentence, with the cause in the log only.
 */
export function createErrorMask(log: Log): (error: unknown) => Error {
  return (error) => {
    const cause = error instanceof GraphQLError ? rootOf(error) : error;
    if (cause instanceof AppError) return withCode(error, cause.message, cause.code);
    if (isDatabaseAway(cause)) {
      return withCode(error, "The database does not answer. Try again.", "UNAVAILABLE");
    }
    if (error instanceof GraphQLError && cause instanceof GraphQLError) {
      return withCode(error, error.message, "INVALID");
    }
    log.error({ error: toErrorMessage(cause) }, "graphql request failed");
    return withCode(
      error,
      "Something went wrong on our side; the server's log has the cause.",
      "INTERNAL_SERVER_ERROR",
    );
  };
}

function rootOf(error: GraphQLError): unknown {
  const { originalError } = error;
  if (originalError instanceof GraphQLError) return rootOf(originalError);
  return originalError ?? error;
}

function withCode(error: unknown, message: string, code: string): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions: { code } });
  const { nodes, source, positions, path } = error;
  const extensions = { ...(code === "INVALID" && error.extensions), code };
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    ...(path && { path }),
    extensions,
  });
}
