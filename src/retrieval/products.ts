/**
 * Names of products that a question on workflow orchestration may be about, and which of them it is about. A
 * product that is only compared with, left behind or connected to is not what is asked about.
 */

/** Name in the index, name for people, and how people write it. */
const PRODUCTS: readonly (readonly [product: string, title: string, name: RegExp])[] = [
  ["prefect", "Prefect", /\bprefect\b/iu],
  ["airflow", "Airflow", /\b(?:apache )?airflow\b|\b(?:mwaa|cloud composer|astronomer)\b/iu],
  ["dagster", "Dagster", /\bdagster\b|\bdagster\.yaml\b/iu],
  [
    "temporal",
    "Temporal",
    /\btemporal(?:\.io)?\b(?! (?:data|table|logic|order|aggregat\w+|quer\w+))/iu,
  ],
  ["argo-workflows", "Argo Workflows", /\bargo(?: |-)?workflows?\b|\bargo\b(?! ?cd)/iu],
  ["kestra", "Kestra", /\bkestra\b/iu],
  ["flyte", "Flyte", /\bflyte\b/iu],
  ["luigi", "Luigi", /\bluigi\b/iu],
  ["metaflow", "Metaflow", /\bmetaflow\b/iu],
  ["step-functions", "Step Functions", /\bstep functions\b/iu],
  ["azure-data-factory", "Data Factory", /\b(?:azure )?data factory\b/iu],
  ["nifi", "NiFi", /\bnifi\b/iu],
  ["oozie", "Oozie", /\boozie\b/iu],
  ["windmill", "Windmill", /\bwindmill\b/iu],
  ["mage", "Mage", /\bmage(?:\.ai|-ai)\b/iu],
  ["camunda", "Camunda", /\bcamunda\b/iu],
  ["cadence", "Cadence", /\bcadence workflow\b/iu],
  ["control-m", "Control-M", /\bcontrol-m\b/iu],
];

/** Before a name: it is where somebody comes from, or what something is compared with or connected to. */
const ASIDE_BEFORE =
  /\b(?:from|off|than|versus|vs\.?|unlike|instead of|rather than|replac\w+|leav\w+|left|ditch\w*|migrat\w+|mov\w+|switch\w*|similar to|equivalent (?:of|to|in)|counterpart (?:of|to|in)|compar\w+ (?:to|with)|like|used to|as in|trigger\w*|call\w*|via|through)\s+(?:(?:a|an|our|my|the|old|existing|apache)\s+){0,2}$/iu;

/** Behind a name: something in the manner of that product, asked of another. */
const ASIDE_AFTER = /^(?:'s)?[ -](?:styled?|like|ish|esque)\b/iu;

export type ProductReading = {
  /** The indexed product that the question names. */
  readonly product?: string;
  /** Name for people of a known product that it asks about and the index does not hold. */
  readonly unknown?: string;
};

/** Reads which product `question` is about, given those that the index holds. */
export function readProduct(question: string, indexed: readonly string[]): ProductReading {
  const text = question.slice(0, 5000);
  const isIndexed = (product: string) =>
    indexed.some(
      (name) => name.toLowerCase() === product || name.toLowerCase().startsWith(`${product}-`),
    );
  let unknown: string | undefined;
  const named: string[] = [];
  for (const [product, title, name] of PRODUCTS) {
    const match = name.exec(text);
    if (match === null) continue;
    if (isIndexed(product)) named.push(product);
    else if (
      !ASIDE_BEFORE.test(text.slice(0, match.index)) &&
      !ASIDE_AFTER.test(text.slice(match.index + match[0].length))
    ) {
      unknown ??= title;
    }
  }
  // Products without an entry above are known by the name the index has for them.
  for (const product of indexed) {
    const words = product.toLowerCase().replaceAll(/[^a-z0-9]+/g, "[ -]?");
    if (
      !named.includes(product.toLowerCase()) &&
      words !== "" &&
      new RegExp(`\\b${words}\\b`, "iu").test(text)
    ) {
      named.push(product.toLowerCase());
    }
  }
  if (named.length > 0) {
    const [only] = named;
    const product = indexed.find((name) => name.toLowerCase() === only);
    // Two indexed products in one question are both searched.
    return named.length === 1 && product !== undefined ? { product } : {};
  }
  return unknown === undefined ? {} : { unknown };
}

/** The version of `product` that the question names, if it is one of `versions`: "prefect 2", "v3", "version 2.14". */
export function readVersion(
  question: string,
  product: string,
  versions: readonly string[],
): string | undefined {
  const named = new RegExp(
    `\\b(?:${product.replaceAll(/[^a-z0-9]/giu, ".")}|version|v)[ -]?v?(\\d+(?:\\.\\d+)*)\\b`,
    "giu",
  );
  for (const match of question.slice(0, 5000).matchAll(named)) {
    const asked = match[1] ?? "";
    const found = versions.find((version) => version === asked || version === asked.split(".")[0]);
    if (found !== undefined) return found;
  }
  return undefined;
}
