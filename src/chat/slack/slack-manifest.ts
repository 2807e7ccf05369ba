import { readFileSync } from "node:fs";
import { z } from "zod";

const Manifest = z.looseObject({
  features: z.looseObject({ slash_commands: z.array(z.looseObject({})).optional() }),
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()) }) }),
  settings: z.looseObject({
    event_subscriptions: z.looseObject({ bot_events: z.array(z.string()) }),
    interactivity: z.looseObject({ is_enabled: z.boolean() }),
  }),
});

type SlackManifest = z.infer<typeof Manifest>;

export const INSTALL_PATH = "/slack/install";
export const REDIRECT_PATH = "/slack/oauth_redirect";
const EVENTS_PATH = "/slack/events";

const MANIFEST = new URL("../../../docs/slack-manifest.json", import.meta.url);

/**
 * What a Slack app for Troupe is set up with: the manifest that the project ships, for Socket Mode; with
 * a public address, for events over HTTP and for installing into many workspaces.
 */
export function readSlackManifest(publicUrl?: string): SlackManifest {
  const manifest = Manifest.parse(JSON.parse(readFileSync(MANIFEST, "utf8")));
  if (publicUrl === undefined) return manifest;
  const { features, oauth_config, settings } = manifest;
  const url = publicUrl + EVENTS_PATH;
  const commands = features.slash_commands?.map((command) => ({ ...command, url }));
  const { event_subscriptions: events, interactivity } = settings;
  return {
    ...manifest,
    features: { ...features, ...(commands && { slash_commands: commands }) },
    oauth_config: { ...oauth_config, redirect_urls: [publicUrl + REDIRECT_PATH] },
    settings: {
      ...settings,
      event_subscriptions: { request_url: url, ...events },
      interactivity: { ...interactivity, ...(interactivity.is_enabled && { request_url: url }) },
      socket_mode_enabled: false,
    },
  };
}

/** The page of Slack that makes an app of a manifest, filled in. */
export function toCreateUrl(manifest: SlackManifest): string {
  const query = new URLSearchParams({ new_app: "1", manifest_json: JSON.stringify(manifest) });
  return `https://api.slack.com/apps?${query.toString()}`;
}

/** The scopes that the app asks a workspace for. */
export function neededScopes(): string[] {
  return readSlackManifest().oauth_config.scopes.bot;
}
