import type * as discord from "discord.js";

/** A payload type of discord.js with its enums as the plain numbers and strings they are on the wire. */
type Wire<T> = T extends number
  ? number
  : T extends string
    ? string
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

export type WireAttachment = Wire<discord.APIAttachment>;
export type WireCommand = Wire<discord.APIApplicationCommand>;
export type WireCommandOption = Wire<discord.APIApplicationCommandOption>;
export type WireComponent = Wire<discord.APIMessageTopLevelComponent>;
export type WireEmbed = Wire<discord.APIEmbed>;
export type WireInteractionMetadata = Wire<discord.APIMessageInteractionMetadata>;
export type WireMessage = Wire<discord.APIMessage>;
export type WireOverwrite = Wire<discord.APIOverwrite>;
export type WireReaction = Wire<discord.APIReaction>;
export type WireRole = Wire<discord.APIRole>;
export type WireThread = Wire<discord.APIThreadChannel>;
export type WireUser = Wire<discord.APIUser>;
export type WireWebhook = Wire<discord.APIWebhook>;
