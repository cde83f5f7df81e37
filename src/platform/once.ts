/** A value that is made when it is first asked for: tables that most runs of the program never look into. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
