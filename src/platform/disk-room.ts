/** Whether the disk of the data folder has room: for the doctor, for health, for metrics. */
import { stat, statfs } from "node:fs/promises";
import path from "node:path";

/** Below this much free space questions may soon not be stored. */
const LEAST_FREE_BYTES = 100_000_000;

/**
 * - `enough`
 * - `little`: a copy of the store (a backup, a migration) finds no room; everything works.
 * - `nearly-full`: questions may soon not be stored.
 */
export type DiskState = "enough" | "little" | "nearly-full";

export type DiskRoom = {
  readonly state: DiskState;
  readonly freeBytes: number;
  /** Size of what is stored of people; 0 when nothing is. */
  readonly storeBytes: number;
};

/** [pure] */
export function diskRoom(freeBytes: number, storeBytes: number): DiskRoom {
  const state =
    freeBytes < LEAST_FREE_BYTES ? "nearly-full" : freeBytes < storeBytes ? "little" : "enough";
  return { state, freeBytes, storeBytes };
}

/** What is free to this user on the disk of `folder`, beside its file `store`. Throws when the folder is not there. */
export async function readDiskRoom(folder: string, store: string): Promise<DiskRoom> {
  const [{ bavail, bsize }, storeBytes] = await Promise.all([
    statfs(folder),
    sizeOf(path.join(folder, store)),
  ]);
  return diskRoom(bavail * bsize, storeBytes);
}

/** What is free, in words: "41 MB free, nearly full". [pure] */
export function diskText({ state, freeBytes }: DiskRoom): string {
  const free = `${megabytes(freeBytes)} free`;
  switch (state) {
    case "enough":
      return free;
    case "little":
      return `${free}, no room for a copy of the store`;
    case "nearly-full":
      return `${free}, nearly full`;
  }
}

/** Bytes, rounded up: "41 MB". [pure] */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}
