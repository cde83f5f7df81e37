/**
 * Words of everyday English that people tell their troubles in. That the documentation lacks one of them ("laptop",
 * "annoying", "yesterday") says nothing about whether it answers; that it lacks a name ("Mesos") does. Data, not code.
 */
export const EVERYDAY_WORDS: ReadonlySet<string> = new Set(
  `able accident accidentally account actual advance afraid afternoon ago agree ahead alive alone alright amazing angry
  annoy annoyed annoying answer anymore anytime apart apparently approver argument ask asleep awful awesome awkward
  baby bad badly bang bed beer behave believe belong bet bit bite bizarre blame blast blink blip blow blue boat body bomb
  book bored boring boss bother bottom box boy brain bread break breakfast brief bring broken brother buddy bug bunch
  burn busy button buy call calm care careful casual catch cause chance charge cheap check cheers chew choice choose
  chunk clean clear clever click clicked clock closely clue coffee cold colleague color colour come comfort complain
  complains confuse confused confusing constantly cool corner correct cost couple course coworker crap crazy creep crew
  cross crunch crunching crying cup curious cursed customer customers cute daily damn dance danger dark dead deadline
  deal dear decent deep definately definitely delay desk despite die died dies dinner dirty disappear disaster dog door
  double doubt dozen drama dream drink drive drop dude dumb dump dust dying eager early easily easy eat edge effort
  eight eleven email embarrass empty end endless enjoy enough entire entirely envy equal euro evening eventually
  everytime everyday everywhere evil exact excited explode explodes eye face fact fail fair fairly faith fall false
  familiar family fan fancy fast fat father fault favor favorite favour fear feed feel feels fellow felt fifth fight
  finally fine finger finish fire five fix fixed flip flips floor fly folk folks food fool foot forever forget forgot
  forgotten fortunately forward four fourth free freeze freezes freezing fresh friday friend frozen frustrated
  frustrating full fun funny gave gently giant girl glad glance glass goal gold good goodbye grab grandma great green
  grey ground group grow guess guide guilty gut half halfway hand handle hang hangs happily happy hard hardly hate head
  health hear heard heart heavy hell hidden hide high hint hit hits hold hole holiday home honest honestly hope hopeful
  hoping horrible hot hour hours house huge human hundred hung hungry hurry hurt idle ill imagine immediately impatient
  important impossible incident indeed innocent insane instantly interest interesting invite issue itself job join joke
  joy judge jump june keep kid kidding kill killed killing kills kitchen knew knock known lack lady land laptop large
  last late lately later laugh launch law lazy lead leak learn least leave left leg lesson letter lie life lift light
  line listen live load lock lonely long longer loose lose loses losing lost loud love lovely low luck luckily lucky
  lunch lying mad magic magically main man manner march mate matter meal mean meant meanwhile meet meeting mention mess
  messy middle midnight mile mind minor minute miracle miserable miss missed mistake mix moment monday money month mood
  moon mother mouth move mystery naked name nasty nature near nearly neat neck neighbour neither nerve news next nice
  night nights nightly nine noise noon normal north nose notice nowhere number numbers obvious obviously odd oddly
  offer office oh old older oops opinion ordinary original ought outside overnight owe pace pack page pain painful pair
  panic paper pardon parent part party past patience patient pause peace perfect perfectly person persons phone phonehome
  pick picked picture piece pile pissed place plain plane plant play pleasant plenty pocket point polite poor pop popped
  position power practice praise prefer present press pressed pretend prevent previous price pride prior private
  problem problems promise proper properly proud prove puff pull punch pure purpose push puzzle puzzled quick quickly
  quiet quietly quit rain ran rant rare raw reach read ready real reality realize reason recently reckon red reboot
  rebooted rebooting redid redo regret regular relate relax reliable remain remember remind reminder repeat reply rest
  rich ride ridiculous rise risk road rock room rough round row rude ruin rush sad sadly safe salary salt sanity sat
  saturday scare scared scary school score scratch scream screen sea search seat second secret self send sense serious
  seriously seven shame share sharp she shine ship shit shock shoot short shot shout show shower shut shy sick side
  sigh sight sign silent silly similar simple simply sir sister sit sits sitting situation six size skin sky sleep slept
  slight slightly slip slow slowly small smart smell smile smooth social soft sold solid solve someday somehow someplace
  somewhat somewhere son song soul sound south space spam spams spare speak special specific spend spent spin split
  spot spring square staff stale stall stalled stand star stare start state stay steal step stick stomach stone stop
  story straight strange strangely street stress strong stuck student stuff stupid style suck sucks sudden suddenly
  suffer sugar suggest suggestion suit summer sun sunday super superb suppose supposed surely surprise surprised
  surprising suspect swear sweat sweet swim switch table talk tall tea teach team tear teeth ten tend term terrible
  terribly terrified third thirty thousand thread three threw throat throttling throw throws thursday ticket tidy tie
  tight tiny tip tired title tomorrow ton tonight tons tooth top topic total totally touch tough town track trade train
  trap travel treat tree trick trip trouble true truly trust truth tuesday twelve twenty twice twist type ugh ugly
  ultimately unable uncle understand unfortunately unhappy universe unknown unless unlike unlikely upset upside urgent
  useful useless usual utterly vague vanish vanished vast view village visit voice wait waited waiting wake walk wall
  war warm warn wash waste watch water weak wear weather wednesday week weekend weekly weeks weigh weird welcome west
  wet whatsoever wheel white whoever wide wife wild win wind window wine winter wipe wise wish woke woman wood word
  work worked worker working works world worried worry worse worst worth wow wrap write wrong wrote yell yellow yep
  yours yourself youth zero
  rows record records times often frequently randomness throttle chosen people persons answer answers min max days day
  app apps box boxes rn atm asap afaik imo imho tbh nvm omg wtf lmao haha hmm umm uh yay yup nah cuz cos coz dunno idk
  became beat beaten began begun bent bled blew blown bore bound bought brought built burnt caught chose clung crept
  dealt drank drawn drew driven drove dug fed felt fled flew flown fought forgave froze gave grew grown held hid hung
  hurt kept knelt knew laid led leant learnt lent lit lost made meant met overcome paid quit rang ridden rode rose rung
  sang sank sought sewn shaken shone shook shot shown shrank sold sought sped spilt spoke spoken spoilt sprang stole
  stolen stood struck stung stunk sunk swam swept swore sworn swum swung taught thrown tore torn understood upheld woke
  woken won wore worn wound woven wrung
  accidental actual actually adequate ages ahead amount anytime appear appears approximately arrive arrived as-is
  average avoid awhile background bare beginning beside besides better beyond big bigger biggest blank bottom bounce
  bounced bouncing brand breaks briefly brutal bump bumped bumps bunch cancel cheaper choke chokes clearly closer
  collapse collapsed combine compare complete completely complex concern cope crazy curious current currently dare date
  default depend depends despite detail details difference different difficult disappeared disappears discover during
  easier easiest elsewhere enormous ensure entry event exact exit expect expected expensive experience explain extra
  extremely failing faster finds finishes finished flaky fluke following force forced former frequent front gap
  gets ghost giving glitch glitches glitchy goes gotten gradually grows handful happen happened happening happens harder
  hardly help helpful helps hiccup hiccups horrid idea ideal ideally ideas inside instead intend intended intent involved
  joined keeps largely lately latter leads leaving lets likely limit literally loads located longest looked looks
  loudly main mainly majority managed manual manually massive maybe mentioned mildly misses mistakenly mostly moved
  moves moving multiple mysterious narrow necessary needs nicely nobody noone nonstop noticed occasionally occur occurs
  originally overall overview partially partly passing permanent permanently picking pops possible possibly potential
  precisely preferably presumably pretty probably procedure produce promptly properly proven puts quietly random
  randomly ranging rapidly rarely readable really recent refuse refuses regarding regardless related relevant rely
  remaining remains remove repeated repeatedly replace reports respectively rest result rid roughly routine safely sake
  scenario scratch secondly seems sees sensible separate separately serial series setup several shortly shows silent
  silently simpler simply simultaneously slower smaller smallest someone sometimes soon sooner source sporadic
  sporadically spot starts stays steady stops strict stupidly subject succeed success successfully such sum super
  swallow swallowed tells temporarily temporary theory therefore tidy till tiny together tonnes touched towards tries
  trivial tried truth turned turns typical typically unclear understandable undo unexpected unexpectedly unlucky
  unrelated usually various via viable visible waits wants warned wasnt ways went whatever whenever wherever whether
  whichever whole whose wider willing wondering worry wrongly yesterday
  anyhow gonna tho thru altho cus bcs bc w/o wo plz thx ty np lil alot aint dunno gimme lemme em wanna kinda sorta noob newbie devs dev ops guys folks`
    .split(/\s+/u)
    .filter((word) => word !== ""),
);
