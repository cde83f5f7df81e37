/** [pure] "1 case", "2 cases"; "1 case names", "2 cases name". */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
