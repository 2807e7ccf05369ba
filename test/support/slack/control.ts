import type { WorkspaceSpec } from "./add-workspace.ts";
import type { FaultPlan } from "./faults.ts";
import type { Said, Where } from "./people.ts";
import type { SlackDouble } from "./slack-double.ts";
import type { DisconnectReason } from "./socket-connection.ts";
import type { TokenState } from "./world.ts";

/** What another process may ask of a double: each takes and answers JSON. */
export function createCommands(double: SlackDouble) {
  const workspaceOf = (teamId: string) => {
    const workspace = double.world.workspaces.get(teamId);
    if (workspace === undefined) throw new Error(`no workspace ${teamId}`);
    return workspace;
  };
  return {
    addWorkspace: (spec: WorkspaceSpec) => {
      const { teamId, token, bot } = double.addWorkspace(spec);
      return { teamId, token, bot };
    },
    say: (said: Said) => double.say(said),
    edit: (change: Where & { text: string }) => done(() => double.edit(change)),
    remove: (where: Where) => done(() => double.remove(where)),
    react: (reaction: Where & { user: string; name: string }) => double.react(reaction),
    unreact: (reaction: Where & { user: string; name: string }) => double.unreact(reaction),
    command: (typed: Parameters<SlackDouble["command"]>[0]) => double.command(typed),
    press: (press: Parameters<SlackDouble["press"]>[0]) => double.press(press),
    visible: ({ channel, thread }: { channel: string; thread?: string }) =>
      double.visibleMessages(channel, thread),
    appMessages: ({ channel, thread }: { channel: string; thread?: string }) =>
      double.appMessages(channel, thread),
    ephemerals: ({ channel, user }: { channel: string; user: string }) =>
      double.ephemerals(channel, user),
    /** Counts by state of the event deliveries so far, and of the calls by method. */
    counts: () => ({
      deliveries: countBy(double.deliveries.map(({ state }) => state)),
      calls: countBy(double.calls.map(({ method }) => method)),
      openSockets: double.sockets.openCount(),
      violations: double.violations.length,
    }),
    violations: () => double.violations,
    acks: () =>
      double.deliveries.flatMap(({ attempts }) =>
        attempts.flatMap((attempt) => (attempt.acked ? [attempt.latencyMs] : [])),
      ),
    fault: (plan: FaultPlan) => done(() => double.faults.add(plan)),
    clearFaults: () => done(() => double.faults.clear()),
    dropSockets: (options: { id?: string; midFrame?: boolean }) =>
      done(() => double.sockets.drop(options)),
    freezeSockets: () => done(() => double.sockets.freeze()),
    disconnectSockets: ({ reason }: { reason?: DisconnectReason }) =>
      done(() => double.sockets.disconnect(reason)),
    deliverTo: ({ url }: { url: string }) => done(() => double.deliverTo(url)),
    redeliver: ({ eventId }: { eventId: string }) => double.redeliver(eventId),
    uninstall: ({ teamId }: { teamId: string }) =>
      done(() => double.uninstall(workspaceOf(teamId))),
    setTokenState: ({ teamId, state }: { teamId: string; state: TokenState }) =>
      done(() => double.setTokenState(workspaceOf(teamId), state)),
    settled: ({ timeoutMs }: { timeoutMs?: number }) =>
      double.settled(timeoutMs).then(() => ({ ok: true })),
  };
}

export type Commands = ReturnType<typeof createCommands>;

function done(act: () => unknown): { ok: true } {
  act();
  return { ok: true };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
