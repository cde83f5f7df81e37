import { describe, expect, it } from "vitest";
import { readProduct } from "../../src/retrieval/products.ts";

describe("readProduct", () => {
  it.each([
    ["how do i retry a task in airflow", "Airflow"],
    ["does dagster restart a run whose pod died?", "Dagster"],
  ])("hears which product that is not indexed %j asks about", (question, name) => {
    expect(readProduct(question, ["prefect"]).unknown).toBe(name);
  });

  it.each([
    "airflow style sensor: can a flow wait for a file?",
    "is there an airflow-like backfill",
    "we come from airflow, how do i retry a task",
  ])("does not take what %j compares with for what it asks about", (question) => {
    expect(readProduct(question, ["prefect"]).unknown).toBeUndefined();
  });
});
