/** "Prefect 3" of "prefect" and "3", as people write it. [pure] */
export function productName(product: string, version: string): string {
  const name = product.replaceAll(/(?<=^|-)\p{Ll}/gu, (letter) => letter.toUpperCase());
  return `${name.replaceAll("-", " ")} ${version}`.trim();
}
