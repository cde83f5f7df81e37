/**
 * Words that questions and chat are made of and that say nothing about what is asked. They are left out of
 * queries, never out of documents. Words that are also terms of orchestration ("state", "run", "task", "when"
 * as in a schedule's "cron") are not in here unless they are far more often plain English.
 */
const WORDS = `
a about actually after again ahead all already also although always am an and any anybody anymore anyone anything
anyway apparently are arent around as ask asking at aware away back basically be because been before being believe
best better between both bit but by bye came can cannot cant case cause certain cheers come comes could couldnt
currently did didnt different do does doesnt doing done dont dude each either else ended enough even ever every
everyone everything exactly expect expected far feel few find fine first for from fully further gave get gets
getting give given gives go goes going gone gonna good got gotta great guess guys had happen happened happening
happens hard has hasnt have havent having he hello help her here hey hi him his hmm how however huh i id idea if ill
im in instead into is isnt it its itself ive just keep keeps kind kinda knew know known knows last later least less
let lets like likely literally little lol look looking looks lot lots made make makes making many may maybe me mean
means mere might mind mine more most much must my myself near nearly need needed needs neither never nice no nobody
none nope nor not nothing now obviously of off often oh ok okay old on once one ones only onto or other others
otherwise our ours ourselves out over own people perhaps please pls plz point possible possibly pretty probably
properly put question quite rather read really right said same saw say says see seeing seem seems seen several shall
she should shouldnt simply since so some somebody somehow someone something sometimes somewhere soon sorry sort
still stuff such suddenly supposed sure take taken takes tell than thank thanks that the their theirs them themselves
then there therefore theres these they theyre thing things think this those though thought through thru thus till tldr
to today together told tomorrow too took totally tried tries truly try trying two u under unless until up upon ur us
use used useful uses using usual usually very via wanna wed theyd theyll itd itll thatd thatll whod wholl want wanted wants was wasnt way ways we well went were werent
weve what whatever when whenever where wherever whether which while who whoever whole whom whose why will wish with
within without wonder wondering wont word words working worry would wouldnt wrong yeah yep yes yesterday
yet you youd youll your youre yours yourself youve`;

export const QUESTION_WORDS: readonly string[] = WORDS.trim().split(/\s+/);
