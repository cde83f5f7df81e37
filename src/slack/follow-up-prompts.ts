/** What could be asked next: the sections that an answer cites, each as a question. Pure. */
import type { Answer, Citation } from "../documents/answer.ts";
import { contentWords } from "../documents/tokenize.ts";
import { clip } from "./blocks/limits.ts";

export type FollowUpPrompt = { readonly title: string; readonly message: string };

const MOST = 3;
const TITLE_CHARACTERS = 60;

/** Up to three; none where nothing is cited. A section that the question names is left out: it was asked about. */
export function followUpPrompts(answer: Answer, question: string): readonly FollowUpPrompt[] {
  const asked = contentWords(question);
  const prompts = new Map<string, FollowUpPrompt>();
  for (const citation of answer.citations) {
    const name = sectionName(citation);
    const words = contentWords(name);
    if (words.size === 0 || words.isSubsetOf(asked)) continue;
    const known = [...words].sort().join(" ");
    if (!prompts.has(known))
      prompts.set(known, { title: clip(name, TITLE_CHARACTERS), message: messageFor(citation) });
    if (prompts.size === MOST) break;
  }
  return [...prompts.values()];
}

function sectionName({ section, title }: Citation): string {
  return (section.trim() || title).replaceAll(/\s+/g, " ").trim();
}

/** Where the section's name is one word, with the page's: many sections are called "Usage". */
function messageFor(citation: Citation): string {
  const name = sectionName(citation);
  const page = citation.title.replaceAll(/\s+/g, " ").trim();
  const alone = contentWords(name).size > 1 || page === name;
  return clip(`Tell me about ${name}${alone ? "" : ` in ${page}`}`, 300);
}

/** What a thread is about, for its title: the question in one line. */
export function threadTitle(question: string): string {
  return clip(question.replaceAll(/\s+/g, " ").trim(), TITLE_CHARACTERS);
}
