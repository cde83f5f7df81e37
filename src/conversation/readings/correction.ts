/** The last question with what the asker takes back or adds. */
import { completeFragment, coreOfFragment, replaceNamed } from "../complete.ts";
import type { Resolution } from "../conversation.ts";
import type { Correction } from "../cues.ts";
import { contentStems } from "../language/words.ts";
import { stripChatter } from "../read-message.ts";
import { make } from "./resolution.ts";
import type { Talk } from "./talk.ts";

export function correctedBy(talk: Talk, corrected: Correction): Resolution {
  const last = talk.last;
  const base = last?.question ?? "";
  const claimIds = (last?.statements ?? []).slice(0, 3).map(({ id }) => id);
  const { instead, of, rest } = corrected;
  const words = instead === "" ? [] : [instead];
  let question = base;
  if (instead !== "") {
    // "skip them not cancel": what it is done to stands in the question already.
    const put =
      of === ""
        ? instead
        : instead.replace(/^(?:an?|the)\s+/i, "").replace(/\s+(?:it|them|that|those)$/i, "");
    const named = of === "" ? undefined : replaceNamed(base, of, put);
    question = named ?? baseCorrected(base, instead);
  }
  const more = stripChatter(rest);
  if (contentStems(more).length > 0)
    question = `${question.replace(/[?\s]+$/, "")}, ${coreOfFragment(more)}?`;
  return make("correction", question, corrected.explicit ? 0.85 : 0.6, { claimIds, words });
}

function baseCorrected(base: string, instead: string): string {
  // A whole question that replaces the last one.
  if (
    /^(?:how|what|why|when|where|which|who|can|does|do|is|are|should|will)\b/i.test(instead) &&
    contentStems(instead).length >= 2
  ) {
    return instead;
  }
  return completeFragment(instead, base).question;
}
