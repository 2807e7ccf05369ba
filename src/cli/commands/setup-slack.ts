import { parseConfig } from "../../base/config.ts";
import { AppError } from "../../base/errors.ts";
import { checkSlack } from "../../chat/slack/check-slack.ts";
import { readSlackManifest, toCreateUrl } from "../../chat/slack/slack-manifest.ts";
import { formatFindings, hasFailed } from "../doctor/format-findings.ts";

/** `troupe setup slack`. */
export async function setUpSlack(options: { url?: string; manifest?: boolean }): Promise<void> {
  const publicUrl = requireHttps(options.url);
  const manifest = readSlackManifest(publicUrl);
  if (options.manifest) return console.log(JSON.stringify(manifest, undefined, 2));
  const { slack, publicUrl: configuredUrl } = parseConfig(process.env);
  if (!slack) {
    const steps = publicUrl === undefined ? SOCKET_STEPS : httpSteps(publicUrl);
    const lines = ["Slack is not set up yet.", "", ...steps, "", "The manifest:", ""];
    console.log([...lines, JSON.stringify(manifest, undefined, 2)].join("\n"));
    console.log(`\nThis address fills it in: ${toCreateUrl(manifest)}`);
    process.exitCode = 1;
    return;
  }
  const findings = await checkSlack(slack);
  console.log(formatFindings(findings));
  if (hasFailed(findings)) {
    process.exitCode = 1;
    return;
  }
  const base = publicUrl ?? configuredUrl ?? "https://your.host";
  if (slack.mode === "http") console.log(`\nEvents go to ${base}/slack/events.`);
  if (slack.oauth) console.log(`\nWorkspaces install the app at ${base}/slack/install.`);
  console.log("\nStart Troupe, write /invite @troupe in a channel and mention it there.");
}

const SOCKET_STEPS = [
  "1. https://api.slack.com/apps, Create New App, From a manifest: choose the workspace and paste the manifest.",
  "2. Basic Information, App-Level Tokens, Generate, with the scope connections:write: SLACK_APP_TOKEN.",
  "3. Install App, Install to Workspace; the Bot User OAuth Token there: SLACK_BOT_TOKEN.",
  "4. Run this again with both set.",
  "With a public https address instead, for one workspace or many: npx troupe setup slack --url https://your.host",
];

function httpSteps(url: string): string[] {
  return [
    "1. https://api.slack.com/apps, Create New App, From a manifest: choose a workspace and paste the manifest.",
    "2. Basic Information, App Credentials: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET.",
    `3. Set these three and PUBLIC_URL=${url}, run this again, and start Troupe where ${url} leads to it.`,
    "4. Event Subscriptions, Request URL: Retry, until Slack says Verified; Save Changes.",
    "5. For further workspaces: Manage Distribution, Activate Public Distribution.",
    `6. Open ${url}/slack/install for each workspace.`,
  ];
}

function requireHttps(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (/^https:\/\//i.test(url) && URL.canParse(url)) return url.replace(/\/+$/, "");
  throw new AppError(
    "INVALID",
    `--url is ${url}; Slack wants an address such as https://your.host.`,
  );
}
