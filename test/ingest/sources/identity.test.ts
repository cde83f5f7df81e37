import { describe, expect, it } from "vitest";
import { givenSource } from "../../../ingest/sources/given.ts";
import {
  identityText,
  type SiteHead,
  siteIdentity,
  withWordsOf,
} from "../../../ingest/sources/identity.ts";
import { NO_WORDS, ProductWords } from "../../../src/documents/product-words.ts";
import { sourceOfSite } from "../../../ingest/sources/any-site.ts";

const head = (title: string, more: Partial<SiteHead> = {}): SiteHead => ({
  title,
  siteName: "",
  project: "",
  version: "",
  ...more,
});

/** Titles as the generators write them: a page's own, then what all pages have. */
const titles = (pattern: string, pages = ["Install", "Retries", "Workers", "FAQ"]) =>
  pages.map((page) => head(pattern.replace("*", page)));

describe("siteIdentity", () => {
  it.each([
    [
      "https://docs.celeryq.dev/en/stable/",
      [
        ...titles("* — Celery 5.6.2 documentation"),
        head("Celery - Distributed Task Queue — Celery 5.6.2 documentation"),
      ],
      { product: "celery", title: "Celery", version: "5.6.2" },
      ["celeryq"],
    ],
    [
      "https://argo-workflows.readthedocs.io/en/latest/",
      [
        ...titles("* - Argo Workflows - The workflow engine for Kubernetes"),
        head("Argo Workflows - The workflow engine for Kubernetes"),
      ],
      { product: "argo-workflows", title: "Argo Workflows", version: "" },
      ["argo"],
    ],
    [
      "https://airflow.apache.org/docs/apache-airflow/stable/",
      titles("* — Airflow 3.1.0 Documentation"),
      { product: "airflow", title: "Airflow", version: "3.1.0" },
      ["apache-airflow"],
    ],
    [
      "https://docs.dagster.io/",
      titles("* | Dagster Docs"),
      { product: "dagster", title: "Dagster" },
      [],
    ],
    [
      "https://docs.temporal.io/",
      titles("* | Temporal Platform Documentation"),
      { product: "temporal", title: "Temporal Platform" },
      ["temporal"],
    ],
    [
      "https://docs.prefect.io/v3",
      titles("* - Prefect").map((one) => ({ ...one, siteName: "Prefect" })),
      { product: "prefect", title: "Prefect" },
      [],
    ],
    [
      "https://luigi.readthedocs.io/en/stable/",
      [head("Getting Started — Luigi 3.6.0 documentation", { project: "luigi" })],
      { product: "luigi", title: "Luigi", version: "3.6.0" },
      [],
    ],
    [
      "https://kestra.io/docs",
      titles("*").map((one) => ({ ...one, siteName: "Kestra, Open Source Orchestration: docs" })),
      { title: "Kestra" },
      [],
    ],
    [
      "https://example.github.io/lantern/",
      titles("*", ["Lantern", "Retries", "Workers"]),
      { product: "lantern", title: "Lantern" },
      ["example"],
    ],
    [
      "http://127.0.0.1:4000/en/latest/",
      titles("* :: Lantern Manual (v2.4)").map((one) => ({ ...one, version: "v2.4" })),
      { product: "lantern", title: "Lantern", version: "2.4" },
      [],
    ],
  ] as const)("says what %s is about", (address, heads, expected, names) => {
    const identity = siteIdentity(heads, sourceOfSite(address));

    expect(identity).toMatchObject(expected);
    expect(identity.names).toEqual(expect.arrayContaining([...names]));
  });

  it("takes neither the maker of the site nor a host of sites for the product", () => {
    const heads = titles("* | Read the Docs").map((one) => ({ ...one, siteName: "GitBook" }));

    expect(siteIdentity(heads, sourceOfSite("https://lantern.readthedocs.io/"))).toMatchObject({
      product: "lantern",
      title: "Lantern",
    });
  });

  it("keeps what the operator says, and what was not said", () => {
    const source = sourceOfSite("https://docs.celeryq.dev/en/stable/");
    const heads = titles("* — Celery 5.6.2 documentation");

    expect(siteIdentity(heads, givenSource(source, { title: "Our Queue" }))).toMatchObject({
      product: "our-queue",
      title: "Our Queue",
      // A question about Celery is still one about it.
      names: expect.arrayContaining(["celery"]) as unknown,
    });
    expect(siteIdentity(heads, givenSource(source, { product: "argo-workflows" }))).toMatchObject({
      product: "argo-workflows",
      title: "Argo Workflows",
    });
    expect(siteIdentity(heads, givenSource(source, { version: "5" }))).toMatchObject({
      product: "celery",
      version: "5",
    });
  });

  it("has the words of a preset for the same product, wherever its pages stand", () => {
    const words = ProductWords.parse({ dead: ["lost"] });
    const heads = titles("* — Celery 5.6.2 documentation");
    const identity = siteIdentity(heads, sourceOfSite("https://mirror.example/celery/"));

    expect(withWordsOf(identity, [{ product: "celery", words }]).words).toBe(words);
    expect(
      withWordsOf({ ...identity, words: NO_WORDS }, [{ product: "celery", words }]).words,
    ).toBe(NO_WORDS);
    expect(withWordsOf(identity, [{ product: "argo", words }])).toBe(identity);
  });

  it("is told to people in a line", () => {
    const heads = titles("* — Celery 5.6.2 documentation");
    const identity = siteIdentity(heads, sourceOfSite("https://docs.celeryq.dev/en/stable/"));

    expect(identityText(identity)).toBe(
      'Celery (product "celery", version 5.6.2), also called celeryq',
    );
  });
});
