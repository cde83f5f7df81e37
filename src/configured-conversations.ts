/** Where the conversations are kept. */
import path from "node:path";

export function conversationsFile(dataFolder: string): string {
  return path.join(dataFolder, "conversations.sqlite");
}
