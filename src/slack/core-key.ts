/** The key under which the core knows a question: a changed text is another question to it. */
export function coreKey(question: { readonly key: string; readonly revision: number }): string {
  return question.revision === 0 ? question.key : `${question.key}:${question.revision}`;
}
