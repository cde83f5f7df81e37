/** [pure] What others published and what this project aims at, as `published.json` has it. */
import { z } from "zod";

const Where = z
  .array(z.enum(["handbook", "documentation", "mtrag", "reading", "sample"]))
  .readonly();

const Goal = z.union([
  z.strictObject({ sections: Where, figure: z.string(), least: z.number() }),
  z.strictObject({ sections: Where, figure: z.string(), most: z.number() }),
]);
export type Goal = Readonly<z.infer<typeof Goal>>;

const PublishedRow = z.strictObject({
  sections: Where,
  /** The figure of ours that it stands beside. */
  figure: z.string(),
  /** The value as it is shown: a number or a range, with its unit. */
  shown: z.string(),
  what: z.string(),
  source: z.string(),
  /** Why the two are not the same measure. */
  differs: z.string(),
});
export type PublishedRow = Readonly<z.infer<typeof PublishedRow>>;

export const Published = z.strictObject({
  goals: z.array(Goal).readonly(),
  published: z.array(PublishedRow).readonly(),
});
export type Published = Readonly<z.infer<typeof Published>>;

type Place = Goal["sections"][number];

export function goalOf(known: Published, section: Place, figure: string): Goal | undefined {
  return known.goals.find((goal) => goal.figure === figure && goal.sections.includes(section));
}

export function publishedOf(
  known: Published,
  section: Place,
  figure?: string,
): readonly PublishedRow[] {
  return known.published.filter(
    (row) => row.sections.includes(section) && (figure === undefined || row.figure === figure),
  );
}

export function isMet(goal: Goal, value: number): boolean {
  return "least" in goal ? value >= goal.least : value <= goal.most;
}
