/** Choices for a channel as the store keeps them: JSON, the same in both engines. */
import { ChannelChoices } from "./channel-settings.ts";

/** The names in one order, so that the same choices are the same text. */
export function writeChoices(choices: ChannelChoices): string {
  const { scope, followUps, help, people, muted } = choices;
  return JSON.stringify({ scope, followUps, help, people, muted });
}

/** Nothing chosen where the text is not what `writeChoices` made. */
export function readChoices(text: unknown): ChannelChoices {
  if (typeof text !== "string") return {};
  try {
    return ChannelChoices.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
