/**
 * Words that questions are made of and documentation is not about: function words, and the talk around a problem
 * in a chat ("hey", "anyone", "btw", "help"). They are indexed like all others and left out of queries; a question
 * of nothing else keeps them. Measured: worth 4 to 10 points of recall at five on questions from a chat.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above actually after again all already also although always am an and another any anybody anyone anything
  anyway are aren't around as ask asking at away
  back basically be because been before being below between both but by bye
  came can can't cannot cheer come could couldn't
  did didn't do doe doesn't doing don't done down dunno during
  each either else even ever every everyone everything exactly
  far few figure find first for from fyi
  get getting give given gives go goe going gone gonna got gotta guess guy
  had hadn't happen happened happening happens hasn't have haven't having he hello help her here hey hi him his how
  i i'd i'll i'm i've idea if in into is isn't it it's its itself
  just kind kinda know
  let like likely little look looking lot
  made make makes making many may maybe me mean means might mine more morning most much must my myself
  need needed need never no nobody none nope nor not nothing now
  of off ok okay on once one only onto or other our out over own
  people per perhap please pls possible pretty probably put
  question quite
  rather really right
  said same saw say saying see seem seen should shouldn't since so some somebody someone something sometime soon sort
  still such sure
  take tell than thank thanks that that's thats the their them then there there's these they they're thing think this
  those though thought through thru thx to today together told too tried tries try trying turn two
  u under until up upon us use used using usually
  very via
  want wanted wants was wasn't way we we're we've well went were weren't what what's whatever whats when where whether
  which while who who's whole whose why will with within without won't wonder wondering would wouldn't
  ya yeah yep yes yesterday yet you you'd you'll you're you've your`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
