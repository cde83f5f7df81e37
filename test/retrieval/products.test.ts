import { describe, expect, it } from "vitest";
import { ProductWords } from "../../src/documents/product-words.ts";
import { indexedProducts, wordsOf } from "../../src/retrieval/product-names.ts";
import { readProduct, readVersion } from "../../src/retrieval/products.ts";

const prefect = indexedProducts([{ product: "prefect" }]);

describe("readProduct", () => {
  it.each([
    ["how do i retry a task in airflow", "Airflow"],
    ["does dagster restart a run whose pod died?", "Dagster"],
  ])("hears which product that is not indexed %j asks about", (question, name) => {
    expect(readProduct(question, prefect).unknown).toBe(name);
  });

  it.each([
    "airflow style sensor: can a flow wait for a file?",
    "is there an airflow-like backfill",
    "we come from airflow, how do i retry a task",
  ])("does not take what %j compares with for what it asks about", (question) => {
    expect(readProduct(question, prefect).unknown).toBeUndefined();
  });

  it.each([
    ["airflow.apache", "Apache Airflow", "how do i retry a task in airflow"],
    ["dagster-docs", "Dagster", "what does dagster do when a pod dies"],
    ["temporal", "Temporal Platform", "can temporal resume a workflow"],
    ["argo-workflows", "Argo Workflows", "does argo start the step again"],
    ["argoproj", "Argo Workflows", "argo-workflows controller restarts"],
  ])(
    "takes no question about the indexed product %j for one about another",
    (product, title, question) => {
      expect(readProduct(question, indexedProducts([{ product, title }]))).toEqual({ product });
    },
  );

  it("knows the product by the other names its sources have for it", () => {
    const products = indexedProducts([
      { product: "celery", title: "Celery", names: ["celeryq"] },
      { product: "prefect", title: "Prefect" },
    ]);

    expect(readProduct("celeryq worker lost", products)).toEqual({ product: "celery" });
    expect(readProduct("Prefect worker lost", products)).toEqual({ product: "prefect" });
    expect(readProduct("celery beside prefect", products)).toEqual({});
    expect(readProduct("kestra worker lost", products)).toEqual({ unknown: "Kestra" });
  });

  it("does not take a word that a name begins or is part of for the product", () => {
    expect(readProduct("temporal data in a table", prefect)).toEqual({});
    expect(readProduct("argo cd syncs our manifests", prefect)).toEqual({});
    expect(readProduct("the airflows in the room", prefect)).toEqual({});
    expect(readProduct("oursprefects", prefect)).toEqual({});
  });
});

describe("wordsOf", () => {
  const source = (product: string, dead: readonly string[], title: string) => ({
    name: product,
    product,
    version: "",
    pages: 1,
    stalePages: 0,
    chunks: 1,
    crawledAt: "",
    words: ProductWords.parse({
      dead,
      prompts: [1, 2, 3].map((n) => ({ title: `${title} ${n}`, message: `Question ${n}` })),
    }),
  });
  const sources = [
    source("lantern", ["stranded"], "Lantern"),
    source("beacon", ["adrift"], "Beacon"),
  ];

  it("gives the words of one product, or of all", () => {
    expect(wordsOf({ sources }, "beacon")?.dead).toEqual(["adrift"]);
    expect(wordsOf({ sources })?.dead).toEqual(["stranded", "adrift"]);
    expect(wordsOf({ sources }, "torch")).toBeUndefined();
  });

  it("offers prompts of all products in turns", () => {
    expect(wordsOf({ sources })?.prompts.map(({ title }) => title)).toEqual([
      "Lantern 1",
      "Beacon 1",
      "Lantern 2",
      "Beacon 2",
    ]);
  });
});

describe("readVersion", () => {
  it("hears the version behind any name of the product", () => {
    const [argo] = indexedProducts([{ product: "argo-workflows", title: "Argo Workflows" }]);

    expect(readVersion("in argo 3.5, what happens", argo ?? { names: [] }, ["3.5", "3.4"])).toBe(
      "3.5",
    );
    expect(readVersion("Argo Workflows v3.4?", argo ?? { names: [] }, ["3.5", "3.4"])).toBe("3.4");
    expect(readVersion("with 3 pods", argo ?? { names: [] }, ["3.5", "3"])).toBeUndefined();
  });
});
