import { z } from "zod";

const LONGEST = 2000;
/** A name of Slack's, its own or one that a workspace added, with a skin tone where it has one. */
const EMOJI = /^:[\p{Ll}\p{Lo}\p{N}_+'-]{1,100}:(?::skin-tone-[2-6]:)?$/u;

/**
 * The face of an agent: the https address of a picture, or the name of an emoji between colons, which
 * only Slack shows. Nothing of it is fetched here.
 */
export const AvatarSchema = z
  .string()
  .trim()
  .check((context) => {
    const fault = faultOf(context.value);
    if (fault) context.issues.push({ code: "custom", message: fault, input: context.value });
  });

type Avatar = { url: string } | { emoji: string };

export function toAvatar(avatar: string | null | undefined): Avatar | undefined {
  if (!avatar) return undefined;
  return avatar.startsWith(":") ? { emoji: avatar } : { url: avatar };
}

function faultOf(avatar: string): string | undefined {
  if (EMOJI.test(avatar)) return undefined;
  if (avatar.length > LONGEST) return `must have at most ${LONGEST} characters`;
  const url = URL.canParse(avatar) ? new URL(avatar) : undefined;
  if (url?.protocol !== "https:" || /\s/.test(avatar)) {
    return "must be the https address of a picture, or the name of an emoji in Slack such as :owl:";
  }
  if (url.username !== "" || url.password !== "") {
    return "must be an address without a user name or password: everybody can read it";
  }
  return undefined;
}
