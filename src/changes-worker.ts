/**
 * A thread that looks once at what the live version of the index changed, and ends: the bot's own threads neither load the
 * store a second time for it nor are held up by it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { changedSince } from "./answering/changed/changed-since.ts";
import { sourcesOfPage } from "./answering/changed/change-source.ts";
import { lapseChanged } from "./answering/reviewed/cited-pages.ts";
import type { Config } from "./config/schema.ts";
import { openConfiguredIndex } from "./configured-index.ts";
import { openConversations, openReviewedAnswers } from "./configured-state.ts";
import { systemClock } from "./platform/clock.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import type { ChangedInSlack, Changes, LapsedAnswer } from "./slack/change-notes.ts";

export type ChangesRequest = { readonly config: Config; readonly known: string | undefined };

/** Answers that are older are left alone. */
const DAYS = 30;
/** Changed answers that are told, the newest. */
const MOST = 500;

async function look({ config, known }: ChangesRequest): Promise<Changes | undefined> {
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  await using index = await openConfiguredIndex(config, dataFolder);
  await using reader = await index.open();
  if (reader === undefined || reader.version.id === known) return undefined;
  const state = { dataFolder, stateUrl: config.STATE_URL };
  const now = systemClock.now();
  const since = new Date(now - DAYS * 86_400_000).toISOString();

  const lapsed: LapsedAnswer[] = [];
  {
    await using reviewed = await openReviewedAnswers(state);
    await lapseChanged(reviewed, reader, new Date(now).toISOString());
    for (const { id, author, tell, wordings, lapsed: because } of await reviewed.list())
      if (because !== undefined && because.at >= since)
        lapsed.push({ id, author, tell, wording: wordings[0] ?? "", ...because });
  }

  const answers: ChangedInSlack[] = [];
  const wanted = new Set(config.SLACK_CHANGED_NOTES);
  if (wanted.size > 0) {
    await using store = await openConversations(state);
    for await (const { changed } of changedSince({ store, reader, since })) {
      // Words that only stand elsewhere mislead nobody.
      const changes = (changed?.changes ?? []).filter(
        ({ kind, was, product }) =>
          kind !== "moved" &&
          sourcesOfPage({ url: was.url, product }, reader.version.sources).some((name) =>
            wanted.has(name),
          ),
      );
      if (changed === undefined || changes.length === 0) continue;
      answers.push({ answerId: changed.answerId, changes });
      if (answers.length > MOST) answers.shift();
    }
  }
  return { version: reader.version.id, answers: answers.toReversed(), lapsed };
}

if (parentPort !== null) {
  const port = parentPort;
  // Given by `look-for-changes.ts`.
  port.postMessage(await look(workerData as ChangesRequest));
}
