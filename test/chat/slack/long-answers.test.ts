import { expect, it, onTestFinished } from "vitest";
import { openDoorStage } from "./door-stage.ts";

it("shows a menu below words that are longer than one section of Slack's", async () => {
  const stage = await openDoorStage({ mode: "http" });
  onTestFinished(() => stage.close());
  // So many turns of style that they fit no blocks of their own.
  const words = Array.from({ length: 280 }, (_, i) => `**b${i}** w${i}`);
  const choices = [{ value: "b1", label: "b1" }];
  const choose = { option: "behavior", placeholder: "Choose", choices, values: {} };
  stage.desk.answer({ text: words.join(" "), choose });
  await stage.double.command({
    channel: "general",
    user: "ana",
    command: "/behavior",
    text: "switch",
  });
  const told = () => stage.double.ephemerals("general", "ana");
  await stage.double.until("told", () => told().length > 0);
  const [offered] = told();
  expect(offered?.buttons).toMatchObject([{ type: "static_select" }]);
  for (const i of [0, 140, 279]) expect(offered?.text).toContain(`*b${i}* w${i}`);
  expect(stage.double.violations).toEqual([]);
});
