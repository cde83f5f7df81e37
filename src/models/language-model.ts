/** The seam to language models: small, and free of any vendor's types. */

export type ModelMessage = {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
};

export type ModelRequest = {
  readonly messages: readonly ModelMessage[];
  /** JSON Schema the reply should follow; sent where the endpoint supports it, a hint in the prompt otherwise. */
  readonly schema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly maxOutputTokens: number;
  readonly signal?: AbortSignal;
};

export type TokenUsage = { readonly input: number; readonly output: number };

export type ModelEvent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "end"; readonly usage: TokenUsage; readonly truncated: boolean };

export interface LanguageModel {
  /** The model's own name, for records and receipts. */
  readonly name: string;
  /**
   * Text as it arrives, then one `end`. Throws `ModelError` when the endpoint fails for good (after retries),
   * the signal's reason when aborted.
   */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}
