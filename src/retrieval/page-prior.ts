/**
 * How likely a page of each type is to be what a question wants, before the question is read. Generated reference
 * and release notes repeat every word of a product; they stay reachable, at a price.
 */
import type { PageType } from "../documents/document.ts";

export const PAGE_PRIOR: Readonly<Record<PageType, number>> = {
  guide: 1,
  concept: 1,
  integration: 0.9,
  example: 0.8,
  "api-reference": 0.6,
  "rest-reference": 0.5,
  "settings-reference": 0.6,
  "cli-reference": 0.6,
  "release-notes": 0.5,
  issue: 0.5,
  other: 1,
};
