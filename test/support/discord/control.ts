import type { Fault, Faults } from "./faults.ts";
import type { Gateway } from "./gateway.ts";
import type { Journal } from "./journal.ts";
import type { createPeople } from "./people.ts";

type Parts = {
  people: ReturnType<typeof createPeople>;
  gateway: Gateway;
  faults: Faults;
  journal: Journal;
  identity: { api: string; cdn: string; token: string; botId: string; applicationId: string };
};

export type ControlVerbs = ReturnType<typeof createControlVerbs>;

/** Everything that a test in another process may ask for: one JSON input, one JSON answer each. */
export function createControlVerbs({ people, gateway, faults, journal, identity }: Parts) {
  return {
    ...people,
    identity: () => identity,
    sessions: gateway.sessions,
    drop: gateway.drop,
    cut: gateway.cut,
    freeze: gateway.freeze,
    setAcks: gateway.setAcks,
    requestReconnect: gateway.requestReconnect,
    invalidate: gateway.invalidate,
    forgetSessions: gateway.forgetSessions,
    refuseConnections: gateway.refuseConnections,
    addFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    requests: () => journal.requests,
    violations: () => journal.violations,
  };
}

/** Runs `POST /control/{verb}`; a thrown error becomes its message. */
export function runControlVerb(
  verbs: ControlVerbs,
  name: string,
  text: string,
): { status: number; body: unknown } {
  const verb = Object.hasOwn(verbs, name) ? verbs[name as keyof ControlVerbs] : undefined;
  if (!verb) return { status: 404, body: { error: `there is no verb "${name}"` } };
  try {
    const input: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: 200, body: (verb as (input: unknown) => unknown)(input) ?? null };
  } catch (error) {
    return { status: 400, body: { error: String(error) } };
  }
}

/** Calls a verb of a double that runs as its own process. `origin` is its `http://127.0.0.1:PORT`. */
export async function callControl<Name extends keyof ControlVerbs>(
  origin: string,
  name: Name,
  ...input: Parameters<ControlVerbs[Name]>
): Promise<ReturnType<ControlVerbs[Name]>> {
  const response = await fetch(`${origin}/control/${name}`, {
    method: "POST",
    body: JSON.stringify(input[0] ?? {}),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error((body as { error: string }).error);
  return body as ReturnType<ControlVerbs[Name]>;
}
