import { answerOf } from "./scripted-application.ts";

/** An answer that takes several calls to show. */
export const threeClaims = answerOf([
  { text: "The first thing is so.", aspect: "state" },
  { text: "The second thing is so.", aspect: "automatic", citation: 2 },
  { text: "The third thing is so.", aspect: "action" },
]);
