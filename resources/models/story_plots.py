# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in the stories: each plot is a row of beats, each beat a choice of templates.

The slots are filled by generate_stories.py: hero, friend and helper (he, fhe, hhe and so on
are their pronouns), the place (there, to, place, sight, sound, spot), the thing, the dish …
`places` and `things` name the kinds a plot may draw from, `heroes` who may have the part.
"""

from dataclasses import dataclass, field


@dataclass
class Plot:
    beats: list
    places: tuple = ("wild", "water", "home", "town", "sea")
    things: tuple = ("toy", "good", "wear")
    heroes: tuple = ("child", "animal", "worker")
    weathers: tuple = ("sunny", "windy", "mild", "rainy", "foggy")
    endings: tuple = ("happy",)
    ship_captain: bool = False
    extra: dict = field(default_factory=dict)


LOST_AND_FOUND = Plot(beats=[
    ["{hero} had {a fine thing} and loved it [very much|more than anything else]. [Every day|Every afternoon|Whenever {he} could], {he} liked to {use}.",
     "The best thing {hero} owned was {a fine thing}, a present from {helper}. {He} liked to {use}.",
     "On {his} birthday {hero} had got {a fine thing}. Since then {he} had taken it everywhere."],
    ["One [morning|day|afternoon] {he} went {to}, and when {he} came back, the {thing} was gone.",
     "But one day, after a long walk {there}, {he} put {his} hand in the bag and found [it empty|nothing but a crumb]. The {thing} was not there.",
     "On {weekday} {he} went {to} with it. {He} stopped to look around, because {sight}, and [forgot the {thing}|put the {thing} down for a moment]. When {he} turned round, it had disappeared."],
    ["\"Where is my {thing}?\" {he} cried. {He} looked [here and there|everywhere], but {he} could not find it.",
     "{He} was so sad that {he} [began to cry|could not eat {his} supper|sat down on a stone and said nothing].",
     "{He} searched [high and low|for an hour|until it grew dark], but the {thing} was nowhere to be seen."],
    ["{Friend} saw [{him} and asked, \"What is wrong?\"|that {he} was sad and came over.] \"I have lost my {thing},\" said {hero}. \"{Dont_cry}\" said {friend}. \"[We will look for it together|Four eyes see more than two|I will help you].\"",
     "Then {friend} came along. \"Why are you so sad?\" {fhe} asked. {Hero} told {fhim} everything. \"Let us think,\" said {friend}. \"Where did you see it last?\"",
     "When {friend} heard about it, {fhe} [put on {fhis} shoes|left {fhis} work|did not wait a minute] and came to help."],
    ["Together they went back {to}. They looked [under every stone|in every corner|left and right]. {Friend} went one way and {hero} went the other.",
     "They walked [slowly along the same way|all the way back], and while they were looking, {sound}.",
     "They asked everybody they met, but nobody had seen {a thing}."],
    ["At last {friend} [shouted|called], \"Here it is!\" The {thing} was lying {spot}.",
     "And there, {spot}, {he} saw something {colour}. It was the {thing}!",
     "Just when they wanted to give up, {hero} looked once more {spot}, and there was the {thing}, [a little wet but not broken|as good as before]."],
    ["{Hero} [hugged {friend}|jumped for joy|laughed out loud] and said, \"Thank you! [Without you I would never have found it|You are a true friend].\"",
     "\"Thank you,\" said {hero}, and from that day on {he} [took better care of {his} things|always let {friend} play with it too|tied a string to the {thing}].",
     "In the evening they [took turns|sat together and shared {food}], and {result}."],
])

SHARING = Plot(beats=[
    ["One [day|morning] {hero} had {food}. {He} sat down {there} to eat it [all alone|in peace].",
     "{Hero} had worked hard all morning, and now {he} was hungry. From {his} bag {he} took {food}.",
     "{Helper} gave {hero} {food} [for the way|for lunch] and said, \"[Eat it slowly|Do not forget to share].\""],
    ["Then {friend} came by. {Fhe} had not eaten [since yesterday|all day] and looked [thin|very hungry|tired].",
     "Not far away sat {friend}, who had nothing to eat. {Fhe} looked at the food and [sighed|swallowed|said nothing].",
     "Just as {he} wanted to take the first bite, {friend} came along and said, \"[That smells good|I am so hungry|What have you got there?]\""],
    ["At first {hero} [did not want to share|wanted to keep everything]. \"It is mine,\" {he} said, [and turned away|and held it tight].",
     "{Hero} thought, \"If I share, I will have only half.\" [But {he} felt bad about it|Then {he} looked into the eyes of {friend}].",
     "{Hero} looked at the food, and then at {friend}, and then at the food again."],
    ["But it did not taste good [to eat alone|any more], because {friend} looked so sad.",
     "Then {he} remembered what {helper} had told {him}: \"[Half with a friend is better than all alone|Those who share are never poor].\"",
     "After a while {he} thought of the day when {he} had been hungry and {friend} had helped {him}."],
    ["So {he} [broke it in two|cut it in half|divided everything] and said, \"Here, [this is for you|take the bigger half|sit down with me].\"",
     "\"Come here,\" {he} said. \"There is enough for [two|both of us].\"",],
    ["{Friend} smiled and ate [every crumb|slowly|with shining eyes]. \"[Thank you, that was kind|This is the best meal of my life],\" {fhe} said.",
     "They sat side by side and ate, and {sound}. [Nobody said a word, but both were happy|They talked about everything and nothing]."],
    ["The next day {friend} came back with {a fine thing}. \"Now I will share with you,\" {fhe} said, and they played until [dusk|supper|the sun went down].",
     "A week later it was {hero} who had nothing to eat, and {friend} came with a full basket.",
     "Since then they have met there every {weekday}, and each of them always brings something."],
])

SEA_TRIP = Plot(places=("sea",), heroes=("child", "worker", "animal"), weathers=("sunny", "windy", "mild", "foggy"), ship_captain=True, beats=[
    ["{Hero} [had always wanted|had dreamed for years|wanted more than anything] to see the open sea.",
     "{Hero} lived near the harbour and knew every ship. But {he} had never sailed on one.",
     "Every evening {hero} sat on the harbour wall and watched the ships come in."],
    ["One day the captain of the {ship} [needed help on board|was looking for a pair of strong hands]. \"Can you [cook|tie a knot|climb a mast]?\" the captain asked. \"I can learn it,\" said {hero}.",
     "In the harbour lay a ship called the {ship}. The captain was [an old man with a white beard|a tall woman with a loud voice|a friend of {helper}]. \"Come aboard,\" the captain said.",
     "On {weekday} the {ship} was ready to sail. The captain looked at {hero} and said, \"[You may come with us, if you are not afraid of water|There is room for one more]!\""],
    ["They left the harbour [in the morning|at dawn|with the tide]. The sails filled with wind, and soon the land was only a thin line.",
     "The sailors pulled up the anchor and set the sails. {Hero} stood at the rail and waved to {helper} until {he} could not see the shore any more.",
     "The first day was calm. Dolphins swam beside the ship, and {hero} [learned the names of the ropes|scrubbed the deck|helped to peel potatoes]."],
    ["But on the {ordinal} day black clouds came up in the [west|north]. The captain looked at the sky and shouted, \"Take in the sails!\"",
     "In the night a storm broke loose. The waves were as high as houses, and the ship [rolled from side to side|groaned in every plank].",
     "Then a thick fog came down, and nobody could see the [rocks|coast|lighthouse]. The captain [rang the bell|was worried]."],
    ["{Hero} was afraid, but {he} [held on to a rope|did {his} work|did not run away]. Suddenly {he} saw a light in the dark. \"Land!\" {he} shouted. \"There is the lighthouse!\"",
     "A rope tore, and a sail began to flap. {Hero} [climbed up|crawled across the wet deck] and tied it with the knot that the captain had taught {him}.",
     "Water came in through a small hole. {Hero} found it first and stopped it with [{his} own scarf|a piece of wood|an old blanket]."],
    ["\"Well done!\" said the captain. \"You have saved the ship.\" All the sailors cheered.",
     "The captain turned the wheel, and [after an hour|slowly] the ship came into quiet water. \"[You have good eyes|You are a real sailor now],\" the captain said.",
     "By morning the wind had dropped, and the sea was smooth again. The captain gave {hero} [a hot cup of tea|a gold coin|a silver whistle] and shook {his} hand."],
    ["When they came home, {helper} was waiting on the quay. {Hero} had so much to tell that {he} talked until midnight.",
     "They landed on an island where [nobody had ever been|there were sweet fruits and colourful birds]. {Hero} brought home a shell, and in it {he} could always hear the sea.",
     "Since that day {hero} has sailed on the {ship} every summer."],
])

RAINY_DAY = Plot(places=("home",), heroes=("child", "animal"), weathers=("rainy",), beats=[
    ["It rained and rained. {Hero} stood at the window and [counted the drops|looked at the wet street|watched the puddles grow].",
     "{Hero} had wanted to go {outside} that day, but it was raining [cats and dogs|so hard that the road was like a river].",
     "On {weekday} it rained from morning to night. \"I am bored,\" said {hero}."],
    ["\"What can we do?\" {he} asked. {Helper} looked up and said, \"[A rainy day is a day for stories|When it rains outside, we make our own sun|Let us see what is in the old box].\"",
     "{Friend} came to visit with a dripping umbrella. \"[I got wet to the skin|I jumped into every puddle],\" {fhe} said. \"Let us play something.\""],
    ["They [pushed two chairs together and hung a blanket over them|built a cave out of cushions]. Inside it was dark and warm, and {sound}.",
     "They took the biggest pot and some spoons and made music, until {helper} [covered both ears|laughed and danced to it].",
     "They folded paper boats, {number} of them, and [wrote a name on each|painted them {colour}].",
     "They painted a long picture of {a place} on the back of an old map."],
    ["Then they made {dish}. They {cookstep}. In the end it {dishresult}.",
     "Then {helper} made hot chocolate and told them about [the great flood|a ship that sailed over the roofs|the time when {hhe} was small].",
     "They played that the floor was the sea and the bed was a ship. {Hero} was the captain, and {friend} had to look out for [whales|pirates|land]."],
    ["They did not notice how the time passed. When they looked out of the window, the rain had stopped, and there was a rainbow over the [roofs|hills|trees].",
     "In the afternoon the rain grew softer, and at last a sunbeam came through the clouds. They put on their boots and ran out to [let the boats swim|jump into the puddles].",
     "It was still raining in the evening, but now {he} did not mind at all."],
    ["\"I hope it rains again tomorrow,\" said {hero}, and everybody laughed.",
     "\"That was the best rainy day ever,\" said {friend}.",
     "When {hero} lay in bed, {he} listened to the drops on the roof and thought, \"[Rain is not so bad|What a lovely sound].\""],
])

COOKING = Plot(places=("home", "town"), heroes=("child", "worker", "animal"), beats=[
    ["{Hero} wanted to make {dish} for {friend}, because [it was {fhis} birthday|{fhe} had been ill|{fhe} had helped {him} so often].",
     "One [morning|day] {hero} woke up and said, \"Today I will cook all by myself.\" {He} wanted to make {dish}.",
     "There was going to be a feast in the village, and everybody had to bring something. {Hero} decided to make {dish}."],
    ["For that {he} needed {ingredients}. {He} looked in the cupboard, but there was no {missing} left.",
     "{He} took out {ingredients}, and put everything on the table. Then {he} saw that something was missing: there was no {missing}.",
     "\"You need {ingredients},\" said {helper}. \"But we have no more {missing}.\""],
    ["So {he} took {number} coins and ran to the shop. \"[I am sorry, I have just sold the last of it|It is closed today],\" said the shopkeeper.",
     "{He} went next door and knocked. \"Can you lend me some {missing}?\" {he} asked {friend2}. \"[Of course|With pleasure],\" was the answer. \"But bring me a piece when it is ready.\"",
     "{He} thought about it. Then {he} had an idea and went to see {friend2}, who always had a full cupboard."],
    ["Back at home {he} tied on an apron and washed {his} hands. {He} {cookstep}.",
     "Now the work could begin. {He} {cookstep}, [and soon there was flour on {his} nose|and hummed a song].",
     "{He} lit the stove and {cookstep}. {Helper} watched and [nodded|helped a little with the hot pot]."],
    ["{He} had to wait for [half an hour|twenty minutes|an hour]. {He} set the table with {number} plates and put some flowers in a glass.",
     "Suddenly there was a smell of smoke. {He} [ran to the stove|opened the oven door] just in time. Only one edge was a little black.",
     "While it was cooking, {he} swept the floor and washed the dishes, because a good cook leaves a clean kitchen."],
    ["At last it was ready. It {dishresult}. {Friend} took a bite and [closed {fhis} eyes|said, \"This is delicious!\"|asked for more].",
     "When the guests came, everybody wanted to taste it, for it {dishresult}. Soon the plate was empty.",
     "The {dishname} {dishresult}. \"Who made this?\" asked {friend}. \"I did,\" said {hero} [proudly|and turned red]."],
    ["And the biggest piece went to {friend2}, as promised.",
     "\"The secret,\" said {helper}, \"is that you cooked it with love.\"",
     "That evening {he} wrote the recipe in a little {colour} book, so that {he} would never forget it."],
])

MARKET = Plot(places=("market",), heroes=("child", "worker", "animal"), beats=[
    ["Every {weekday} there was a market in the village. {Hero} had saved {number} coins and wanted to buy {a fine thing}.",
     "{Helper} gave {hero} {number} coins and a basket. \"Go to the market,\" {hhe} said, \"and buy [bread, butter and eggs|milk, cheese and six apples|flour, sugar and a fish].\"",
     "{Hero} went to the market with a basket of [eggs|plums|cabbages] on {his} arm, for {he} wanted to sell them and buy {a fine thing} with the money."],
    ["At the market {sight}, and {sound}. {Hero} walked from stall to stall and [looked at everything|did not know where to look first].",
     "{He} saw [hats and pots and cages with birds|cheese as big as wheels|bread in the shape of a fish]. Everything was [so fine and so expensive|lovely to look at]."],
    ["\"How much is the {thing}?\" {he} asked. \"[Twenty coins|Fifteen coins|A whole silver piece],\" said the seller. That was much more than {he} had.",
     "At one stall lay {a fine thing}. \"It costs [thirteen|twenty|fifteen] coins,\" the woman said. {Hero} counted {his} money [twice|again and again], but it was not enough."],
    ["Just then {a wind} blew over the square, and a whole basket of oranges fell over. They rolled in every direction. {Hero} put down {his} basket and helped the seller to pick them up.",
     "Then {he} heard somebody crying. A little child had lost its mother in the crowd. {Hero} took it by the hand and [led it from stall to stall|called as loud as {he} could], until they found her.",
     "Next to the stall stood {friend}, who could not lift a heavy sack onto the cart. {Hero} took hold of the other end, and together they did it.",],
    ["\"You helped me without asking for anything,\" said the {seller}. \"Take the {thing}. [You can pay me next week|Give me what you have, and we are even|It is a present].\"",
     "\"Wait,\" called the {seller}. \"Such kindness is worth more than money.\" And {hero} got the {thing} for only {number} coins."],
    ["{Hero} [could hardly believe it|thanked again and again]. {He} ran all the way home to {use}.",
     "{He} carried it home under {his} arm, and on the way {he} sang. Later {result}.",
     "At home {helper} said, \"[An honest heart is the best purse|You went with little and came back with much].\""],
])

PROMISE = Plot(heroes=("child", "worker", "animal"), beats=[
    ["{Hero} had promised {friend} to [help in the garden|bring back the {thing}|come at three o'clock] on {weekday}. \"[I give you my word|A promise is a promise],\" {he} had said.",
     "\"Will you look after my {thing} while I am away?\" asked {friend}. \"I promise,\" said {hero}.",
     "{Friend} was ill and could not go out. \"I will come and see you every day,\" {hero} promised."],
    ["But when the day came, {weather}, and {hero} would rather have [stayed in bed|gone {to}|played with the others].",
     "On the same day there was [a circus|a fair|a puppet show] in the village, and everybody was going there. {Hero} wanted to go too.",
     "For {number} days all went well. Then {hero} forgot about it, because {he} was [so busy|having so much fun]."],
    ["\"[Nobody will notice|It is only a small promise|I can go tomorrow],\" {he} thought. But there was a little stone in {his} heart.",
     "{He} asked {helper} what to do. \"If you break a promise,\" said {helper}, \"it is [harder to mend than a cup|like a hole in a boat].\"",
     "{He} sat down and thought about it for a long time. {Sound}."],
    ["So {he} put on {his} coat and went, [although it was late|although {his} legs did not want to].",
     "Then {he} stood up. \"I said it, and I will do it,\" {he} said, and ran [through the rain|as fast as {he} could|down the road].",
     "In the end {he} turned round and went to {friend}."],
    ["{Friend} was [waiting at the window|standing at the gate]. \"I knew you would come,\" {fhe} said, [and {fhis} face lit up|and there were tears in {fhis} eyes].",
     "\"You came!\" cried {friend}. \"I [had almost stopped waiting|was so lonely].\" They worked side by side until everything was done."],
    ["And because {he} had kept {his} word, {friend} gave {him} {a fine thing}. Now {he} could {use}.",
     "Afterwards there was just enough time to go out together, and [they saw the best part|they bought two honey cakes].",
     "\"You can trust {name},\" people said from then on. \"{He} does what {he} says.\"",],
])

RACE = Plot(places=("wild", "water", "town"), heroes=("child", "animal"), beats=[
    ["Once a year there was a great race {there}. [The way led round the pond and back|They had to run to the mill and back|It was {number} miles long]. {Hero} wanted to win.",
     "\"I am faster than you,\" said {friend}. \"No, I am,\" said {hero}. So they decided to have a race on {weekday}.",
     "{Hero} was not very fast, but {he} wanted to run in the race [all the same|more than anything]."],
    ["Every morning {he} [got up early|ran up the hill and down again] to practise. {Helper} [held the watch|counted the rounds].",
     "{Friend} laughed and said, \"[I do not need to practise|You will never win].\" But {hero} practised every day.",
     "All week long {he} practised, even when {weather}."],
    ["On the day of the race everybody came to watch. \"One, two, three, go!\" called {helper}.",
     "Then the day came. {Weather}. They stood in a row, and {hero} felt {his} heart beat. A whistle blew, and off they went."],
    ["At first {friend} was in front. {Fhe} ran like the wind and [did not look back|was soon out of sight].",
     "{Hero} ran neither too fast nor too slow, and one after another grew tired behind {him}.",
     "Halfway there was a [fallen tree|deep puddle|narrow bridge]. {Hero} jumped, and {friend} was close behind."],
    ["Then {friend} fell and hurt {fhis} [knee|foot|leg]. {Hero} could have won now. But {he} stopped. \"Lean on me,\" {he} said, and they went on together.",
     "But {friend} was so sure of winning that {fhe} lay down {spot} and fell asleep. {Hero} went on step by step and passed {fhim}.",
     "Near the end {he} was so tired that {he} wanted to stop. \"Only a little more,\" {he} told {himself}, and ran on."],
    ["They crossed the line hand in hand, last of all, and everybody cheered louder than for the winner.",
     "{Hero} came first by the length of a nose! {Helper} put {a fine thing} into {his} hands as the prize.",
     "{He} came in {ordinal}, and that was better than ever before. \"I am proud of you,\" said {helper}."],
    ["\"Next year we will run again,\" said {friend}, and they [shook hands|shared {food}].",
     "\"Now I know,\" said {friend}, \"that it is not enough to be fast.\"",
     "And they were better friends than before."],
])

LEARNING = Plot(places=("wild", "water", "town", "home"), heroes=("child", "animal", "worker"), beats=[
    ["{Hero} could do many things, but {he} could not {skill}. [All the others could|{Friend} could do it very well].",
     "\"I want to learn to {skill},\" said {hero} one [morning|evening|day].",
     "{Friend} could {skill} better than anybody else. {Hero} watched {fhim} and wanted to learn it too."],
    ["{He} tried it alone, but {he} {fail}. Some people laughed.",
     "The first time {he} {fail}. The second time was no better.",
     "{He} began at once. But it was hard, and {he} {fail}."],
    ["\"I will never learn it,\" {he} said and [kicked a stone|sat down in a corner|nearly cried].",
     "{He} felt [angry|ashamed|sad] and wanted to give up.",
     "\"I am too [small|old|stupid] for that,\" {he} thought."],
    ["Then {helper} came and sat down next to {him}. \"{Advice},\" said {helper}. \"[Nobody is born a master|I fell a hundred times before I could do it|And do not hurry].\"",
     "\"Let me show you,\" said {friend}. \"{Advice}. [That is the whole secret|Then it is easy].\""],
    ["{He} tried again on {weekday}, and on the day after, and every day for {number} weeks. Each time it went a little better.",
     "So {he} practised, in the morning and in the evening, even when {weather}.",
     "{He} tried it once more, and this time {he} thought of those words."],
    ["And then one day {he} {success}! {He} was so happy that {he} [danced|shouted|hugged everybody].",
     "At last {he} {success}. \"Look!\" {he} called. \"I can do it!\"",
     "When {helper} came by the next time, {hero} {success}. \"I knew it,\" said {helper}."],
    ["Later, when a younger one wanted to learn it, {hero} said, \"{Advice}.\"",
     "\"What shall I learn next?\" asked {hero}.",
     "Now {he} [does it every day|could not imagine life without it]."],
])

NEW_FRIEND = Plot(heroes=("child", "animal"), beats=[
    ["{Hero} was new {there} and did not know anybody. {He} sat alone and [looked at {his} shoes|watched the others play].",
     "{Hero} had moved to a new house. It was [big and empty|far from {his} old friends], and {he} felt lonely.",
     "{Hero} was very shy. When somebody spoke to {him}, {he} [hid behind {helper}|did not know what to say]."],
    ["\"Why don't you say hello?\" asked {helper}. \"[I do not dare|What if they laugh at me?]\" said {hero}.",
     "Every day {he} went {to} alone and talked to [the birds|a stone|{his} {thing}].",
     "\"I wish I had a friend,\" {he} [whispered|said to the moon]."],
    ["One day {friend} came by. {Fhe} was looking for [{fhis} hat|somebody to play with|a lost hen]. \"Have you seen it?\" {fhe} asked. {Hero} shook {his} head.",
     "Then {he} saw {friend}, who sat all alone {there} as well. {Fhe} looked just as lonely.",
     "A ball came over the fence and landed at {his} feet. Behind it came {friend}. \"Sorry,\" {fhe} said. \"Do you want to play?\""],
    ["{Hero} [took a deep breath|felt {his} ears turn red]. Then {he} said, \"I have {a fine thing}. Do you want to see it?\"",
     "\"My name is {name},\" said {hero} very quietly. \"What is yours?\" \"I am {fname},\" was the answer."],
    ["They began to {use}. After a while they [laughed so much that their stomachs hurt|forgot that they had ever been shy].",
     "{Friend} showed {him} a secret place {spot}. \"Nobody else knows it,\" {fhe} said. \"Now it belongs to both of us.\"",
     "They found out that they both liked [frogs|pancakes|rain|old songs], and that was a good beginning."],
    ["When it grew dark, {friend} asked, \"Will you come again tomorrow?\" \"Yes,\" said {hero}. \"[And the day after|Every day].\"",
     "That night {hero} told {helper}, \"I have a friend now.\"",
     "Since then nobody has ever seen one of them without the other."],
])

REPAIR = Plot(places=("home", "town"), heroes=("child", "worker", "animal"), beats=[
    ["One day the {thing} of {friend} broke. It fell [from the table|on the stones|down the stairs], and there was a big crack in it.",
     "{Hero} had borrowed the {thing} of {friend}, and while {he} was carrying it, {he} stumbled and it broke.",
     "In the old box {hero} found {a fine thing}, but it was broken and covered with dust."],
    ["\"[Throw it away|It is no good any more],\" people said. But {hero} did not want to throw it away.",
     "{Hero} felt very sorry. {He} could have hidden it {spot}, but {he} did not want to lie.",
     "{Friend} was sad, because it had belonged to {fhis} [grandmother|father|old aunt]."],
    ["\"Perhaps I can mend it,\" {he} said. {He} took [glue, a hammer and two nails|a needle and strong thread|a screw, a saw and some wire] and set to work.",
     "{He} carried it to {helper}, who could mend everything. \"Hold it here,\" said {helper}, \"and I will show you how.\""],
    ["It was not easy. The glue stuck to {his} fingers, and a piece was missing. But {he} [was patient|looked for it until {he} found it {spot}].",
     "All afternoon {he} worked, while {sound}. When something did not fit, {he} took it apart and began again.",
     "First {he} cleaned it. Then {he} put the pieces together, one by one, like a puzzle."],
    ["In the evening the {thing} was whole again. One could see the crack, but [it looked like a little river|that made it even more beautiful].",
     "At last it was done. {He} painted it {colour}, and it looked better than before."],
    ["{Hero} brought it to {friend}. {Fhe} [could not believe {fhis} eyes|turned it round and round]. \"It is as good as new!\" {fhe} cried.",
     "\"I am sorry that it was broken,\" said {hero}. \"But look, I have mended it.\" {Friend} was not angry at all.",],
    ["And {result}.", "From then on people brought {him} everything that was broken, and {he} mended [clocks, chairs and toys|cups, shoes and wheels].",
     "\"Broken things,\" said {helper}, \"only want somebody who has time for them.\""],
])

NIGHT_NOISE = Plot(places=("home",), heroes=("child", "animal"), beats=[
    ["In the middle of the night {hero} woke up. There was a strange noise. [Tap, tap, tap|Scratch, scratch|Knock, knock], it went.",
     "{Hero} could not sleep. The moon shone into the room, and from somewhere came a [creaking|rustling|whining] sound.",
     "It was dark, and the wind howled around the house. Suddenly {hero} heard something [in the attic|behind the door|under the window]."],
    ["\"It is a [ghost|monster|thief],\" {he} thought and pulled the blanket over {his} head.",
     "{His} heart beat fast. \"Who is there?\" {he} whispered, but there was no answer.",
     "{He} did not dare to move. {He} counted to {number}, and there it was again."],
    ["But then {he} became curious. {He} took the lamp and [tiptoed down the stairs|crept to the door].",
     "{He} woke {friend}, who was sleeping in the next room. \"Listen,\" {he} said. \"Let us go and look,\" whispered {friend}. They held hands.",
     "\"Being brave means going although you are afraid,\" {helper} had once said. So {he} got up."],
    ["Slowly {he} opened the door. The noise came from {spot_home}. {He} lifted the lamp, and two [green|small|round] eyes looked at {him}.",
     "Step by step {he} went on, until {he} stood right in front of it. {He} held {his} breath and looked."],
    ["It was only a [kitten|small hedgehog|young owl] that had [lost its way|come in out of the rain] and was [cold and hungry|just as frightened as {he} was].",
     "It was only a branch that [the wind knocked against the window|tapped at the glass]. {Hero} had to laugh.",
     "It was {helper}, who could not sleep either and was looking for {food}. \"[Did I wake you|Are you hungry too]?\" asked {helper}."],
    ["{Hero} fetched [a saucer of milk|a warm blanket|a cup of tea], and then there was peace in the house.",
     "They sat in the kitchen for a while and ate {food}, and {he} was not afraid any more."],
    ["After that {he} went back to bed and slept until [the sun was high|the rooster crowed|{helper} called for breakfast].",
     "And when {he} hears a noise at night now, {he} only says, \"Good night,\" and turns over."],
])

PRESENT = Plot(heroes=("child", "animal", "worker"), beats=[
    ["It was soon the birthday of {friend}, and {hero} did not have a present yet.",
     "\"Tomorrow {friend} will be {number} years old,\" said {helper}. \"What will you give {fhim}?\" {Hero} did not know.",
     "{Hero} wanted to surprise {friend} on {fhis} birthday, but {he} had no money."],
    ["{He} went {to} and looked for something beautiful. There {sight}, but {he} found nothing.",
     "{He} thought and thought. [A flower would wither. A cake would be eaten.|A stone was too plain, and a song was too short.] What would last?",
     "{He} looked into {his} purse. There were only {number} small coins in it."],
    ["Then {he} had an idea. {Friend} had always wanted {a thing}. \"I will make one [myself|with my own hands],\" said {hero}.",
     "\"The best presents cannot be bought,\" said {helper}. That gave {him} an idea: {he} would make {a thing}."],
    ["{He} found [wood|cloth|an old box] {spot}, and {helper} lent {him} [a knife|scissors and thread|some paint]. {He} worked the whole evening.",
     "All night long there was a light in {his} window. {He} cut, glued and painted, and [twice {he} had to start again|in the end {his} fingers were {colour}]."],
    ["On the next morning {he} wrapped it in {colour} paper and ran to {friend}. \"Happy birthday!\" {he} called.",
     "When all the guests had come, {hero} was the last to give {his} present. {He} was a little ashamed, for the others had brought [big boxes|expensive things]."],
    ["{Friend} opened the paper. {Fhis} eyes grew [round|wide]. \"{A fine thing}!\" {fhe} cried. \"Now I can {use}.\"",
     "{Friend} looked at it for a long time. \"You made this for me?\" {fhe} asked. \"It is the most beautiful present of all.\""],
    ["They {used} all day, and {result}.", "Then there was cake for everybody, and they sang until late at night.",
     "And {hero} felt that giving is even nicer than getting."],
])

SEED = Plot(places=("home",), heroes=("child", "animal", "worker"), beats=[
    ["In spring {helper} gave {hero} a small brown seed. \"[Plant it and be patient|There is a whole world in it],\" {hhe} said.",
     "{Hero} found a seed {spot}. It was [no bigger than a pea|round and black|flat and white]. \"What will it become?\" {he} wondered."],
    ["{He} dug a hole in the earth, put the seed in, and gave it water. Then {he} sat down and waited.",
     "{He} planted it in the sunniest corner of the garden and put [a stick|a ring of stones] there, so that nobody would step on it."],
    ["On {weekday} nothing happened. On the next day nothing happened either. \"It is dead,\" said {friend}. But {hero} [went on watering it|did not give up].",
     "Every morning {he} ran to look. A week passed, and then another. \"How long does it take?\" {he} asked. \"[As long as it needs|Longer than you like],\" said {helper}."],
    ["Then came a warm rain, and in the morning a tiny green leaf looked out of the earth.",
     "After {number} days there was a crack in the ground, and something green pushed through it. {Hero} shouted for joy."],
    ["The plant grew and grew, up to {his} knee, up to {his} nose, and higher than {his} hat. [Snails came, and {he} carried them away|The wind bent it, and {he} tied it to a stick].",
     "In June it was hot and dry. {Hero} carried {number} buckets of water every evening, and {friend} helped {him}."],
    ["In summer it had a [yellow|white|red] flower, as big as a plate, and bees came from everywhere.",
     "In autumn a huge [pumpkin|sunflower|melon] was there. It was so heavy that they had to roll it into the kitchen.",
     "By August it was full of sweet [peas|beans|tomatoes], enough for the whole street."],
    ["{Hero} kept the seeds and gave one to {friend}. \"[Plant it and be patient|Do not forget the water],\" {he} said.",
     "They cooked a big pot of soup, and {hero} said, \"All this came out of one small seed.\""],
])

LOST_ANIMAL = Plot(places=("wild", "water", "home", "sea"), heroes=("child", "worker"), weathers=("rainy", "windy", "snowy", "mild"), beats=[
    ["{Hero} was on the way {to} when {he} heard a soft [whimper|cry|peep]. {Spot}, {he} found a small {pet}.",
     "One [evening|morning] a little {pet} sat at the door of {hero}. It was [wet and cold|thin and tired|all alone]."],
    ["It had hurt its [leg|paw|foot] and could not walk. It looked at {him} with [big|dark|frightened] eyes.",
     "\"Where is your mother?\" asked {hero}. The {pet} only trembled."],
    ["{He} wrapped it in {his} [scarf|coat|jacket] and carried it home. {Helper} brought [a box with hay|warm milk|a soft cloth].",
     "{He} put it by the stove and gave it [water and some crumbs|a little milk]. At first it would not eat. Then it took a tiny bit from {his} hand."],
    ["For {number} days {he} looked after it. {He} got up at night to feed it, and [slowly its leg grew strong|soon it followed {him} everywhere].",
     "{He} called it {petname}. Day by day {petname} grew stronger, and soon it [ran through the kitchen|slept at the foot of the bed]."],
    ["One day it stood at the window and looked out. {Helper} said, \"[It wants to go home|It belongs outside].\" {Hero} was sad, but {he} understood.",
     "Then {friend} came and said, \"I saw a big {pet} {there}. It is looking for its young one.\""],
    ["They took it back {to}. There was its mother! [The two ran to each other|They rubbed their noses together], and then they were gone.",
     "{He} opened the door. The {pet} took a few steps, looked back once more and ran off. {Hero} waved until it was out of sight."],
    ["But every [spring|winter|Sunday] it came back to the garden, and {hero} always had something for it.",
     "\"You did the right thing,\" said {helper}, and gave {him} a hug.",
     "Years later {he} still thought of the little {pet}."],
])

TRUTH = Plot(places=("home", "town"), heroes=("child", "animal"), beats=[
    ["{Hero} was playing ball in the house, although {helper} had said, \"[Not in the house|Play outside], please.\" Suddenly there was a crash. The [blue vase|good lamp|big mirror] lay on the floor in a hundred pieces.",
     "On the table stood {food_dish} for the guests. It smelled so good that {hero} tasted a little, and then a little more, and soon it was all gone."],
    ["{He} was frightened. {He} [swept everything under the carpet|ran out and hid {spot}|wiped {his} mouth] and hoped that nobody would notice.",
     "\"What shall I do?\" {he} thought. \"If I say nothing, perhaps they will think it was the cat.\""],
    ["When {helper} came home, {hhe} asked, \"Who did this?\" \"I do not know,\" said {hero}, and looked at the floor.",
     "Then {friend} was blamed for it. {Fhe} said, \"It was not me,\" but nobody believed {fhim}."],
    ["All day {hero} had a bad feeling in {his} stomach. {He} could not [play|eat|laugh], and at night {he} lay awake.",
     "{Hero} saw that {friend} was crying. That was worse than any punishment."],
    ["At last {he} could not bear it any more. {He} went to {helper} and said, \"It was me. I am sorry.\"",
     "So {he} stood up, [with red ears|with a beating heart], and told the truth."],
    ["{Helper} was quiet for a moment. Then {hhe} said, \"I was sad about it. But I am glad that you told me. [That was brave|Truth is worth more than a vase].\"",
     "\"Thank you for telling me,\" said {helper}. \"You must [help me to clean up|do the dishes for {number} days], and then it is forgotten.\""],
    ["{Hero} felt as light as a feather. And {he} and {friend} [played outside|went out into the sun|shared {food}].",
     "{He} said sorry to {friend} too, and {friend} forgave {him}.", "That night {he} slept better than ever."],
])

SNOW_DAY = Plot(places=("wild", "town", "home"), heroes=("child", "animal"), weathers=("snowy",), beats=[
    ["When {hero} woke up, everything was white. Snow lay on the roofs, on the fence and on [the nose of the stone lion|every branch].",
     "In the night the first snow had fallen. {Hero} pressed {his} nose against the window. \"Snow!\" {he} shouted."],
    ["{He} put on {his} [warm coat|woollen scarf|thick boots] and ran to {friend}. \"Come out, come out!\" {he} called.",
     "{He} did not even finish {his} porridge. At the door {he} met {friend}, who had already [made a snowball|brought a sledge]."],
    ["They rolled three big balls and built a snowman. It got a carrot for a nose and [two pieces of coal|two buttons] for eyes, and {hero} gave it {his} {colour} hat.",
     "They pulled the sledge up the hill and went down so fast that the tears ran from their eyes. They did it {number} times."],
    ["But then the sledge ran into [a bush|a snowdrift|the fence], and one board broke. \"Oh no,\" said {friend}.",
     "After a while it began to snow so hard that they could not see the way home. \"Which way do we have to go?\" asked {friend}.",
     "Then they saw a bird that sat in the snow and could not fly any more. It was nearly frozen."],
    ["{Helper} came along with [a rope|a lantern|a warm blanket], for {hhe} had been looking for them. \"[Hold on to me|Follow me],\" said {helper}.",
     "\"Do not worry,\" said {hero}. \"I know what to do.\" {He} [took off {his} scarf and tied it|looked for their tracks and followed them], and soon they were home."],
    ["At home there was hot [tea|soup|chocolate] and {food}. Their cheeks were red and their toes tingled.",
     "They sat by the stove, and the wet gloves hung over it in a row. Outside {weather}."],
    ["\"I hope it will never melt,\" said {hero}. \"[But then spring could not come|Then where would the flowers be]?\" said {helper}.",
     "And the snowman stood in front of the house until March."],
])

BUILDING = Plot(places=("wild", "water", "sea"), heroes=("child", "animal", "worker"), beats=[
    ["{Hero} and {friend} wanted to build a [tree house|raft|bridge|hut]. They had planned it for {number} weeks.",
     "\"Let us build something {there},\" said {friend}, \"something that nobody has ever built before.\" \"A {building},\" said {hero}."],
    ["They collected [boards|branches|logs] and carried them {to}. {Hero} brought a saw, and {friend} brought a bag of nails.",
     "First they drew a plan. Then they counted what they needed: {number} boards, {number} ropes and a lot of nails."],
    ["On the first day everything went well. But {hero} wanted a door on the left, and {friend} wanted it on the right, and they [quarrelled|stopped talking to each other].",
     "In the night a storm came. When they came back in the morning, everything had fallen down.",
     "It was hard work. {Hero} hit {his} thumb with the hammer, and {friend} fell into the mud."],
    ["\"Let us give up,\" said {friend}. {Hero} looked at the heap of wood and said, \"[No. We know now how not to do it|One more time].\"",
     "{Helper} came by, looked at it and said, \"[It needs a strong frame|Tie the corners twice|A house begins with the ground].\""],
    ["So they started again, and this time they [worked together|listened to each other|made the corners strong]. One held the boards, and the other hammered.",
     "They said sorry, and then {hero} had an idea: \"We can make two doors!\" They laughed and went on."],
    ["When the sun went down, it was ready. It was a little crooked, but it [stood|held], and it was theirs.",
     "At the end of the week they put a {colour} flag on top. It looked wonderful."],
    ["They ate {food} in it and listened. {Sound}.", "\"[This is the best place in the world|Here we will live when we are big],\" said {friend}.",
     "Everybody who came by wanted to [come in|have a look], and there was room for all."],
])

SICK_FRIEND = Plot(places=("home", "town"), heroes=("child", "animal", "worker"), beats=[
    ["{Friend} did not come out to play. {Fhe} lay in bed and had a [fever|bad cough|sore throat].",
     "One day {hero} heard that {friend} was ill. \"[{Fhe} must stay in bed for a week|{Fhe} cannot even eat],\" said {helper}."],
    ["\"Then I will visit {fhim},\" said {hero}. {He} packed a basket with {food}, {food} and a jar of honey.",
     "{Hero} wanted to cheer {fhim} up. {He} picked [a bunch of flowers|some red berries|fresh mint] {there}."],
    ["The way was long, and {weather}. {He} went over the bridge, past the mill and through the gate.",
     "On the way {he} met a [goose|goat|dog] that wanted the basket. \"No,\" said {hero}, \"this is for a friend.\""],
    ["{Friend} lay in bed and looked pale. When {hero} came in, {fhe} smiled for the first time in days.",
     "\"How are you?\" asked {hero}. \"[My head hurts|I am cold, and I am bored],\" said {friend} in a small voice."],
    ["{Hero} made {dish}. It {dishresult}. {Friend} ate {number} spoons of it, and then {fhe} felt warmer.",
     "{He} sat down by the bed and read to {fhim} from {a fine book}. When {he} came to the funny part, they both laughed.",
     "{He} opened the window, shook the pillow and made tea with [lemon|honey|mint]."],
    ["{Number} days later {friend} could get up again. The first thing {fhe} did was to run to {hero}.",
     "The doctor came and said, \"[The fever is gone|You may get up tomorrow]. Who made you well so fast?\" \"My friend,\" said {friend}."],
    ["And when {hero} caught a cold in {month}, it was {friend} who came with a basket.",
     "\"The best medicine is a good friend,\" said {helper}."],
])

LIGHTHOUSE = Plot(places=("sea",), heroes=("worker", "child"), weathers=("foggy", "windy", "rainy"), beats=[
    ["The lighthouse stood on a rock at the end of the harbour. {Hero} lived there with {helper} and [a one-eyed cat|a grey parrot|{number} hens].",
     "{Hero} often visited the keeper of the lighthouse. There were [a hundred and twelve|ninety-nine] steps up to the lamp."],
    ["Every evening the lamp had to be lit, so that the ships could find their way.",
     "\"A light must never go out,\" said {helper}. \"There is always somebody out at sea.\""],
    ["One night {helper} [was ill|was stuck in the village], and a storm was coming. {Hero} saw that the lamp was dark.",
     "One evening there was no more oil, and the fog came in from the sea. Far out, {he} heard the horn of the {ship}.",],
    ["{Hero} ran up all the steps. {His} hands were shaking when {he} [struck the match|poured in the last drop of oil].",
     "{He} rang the big bell with both arms. Then {he} carried [lanterns|all the candles in the house] up to the top."],
    ["At last a bright beam fell across the water. The ship turned, just in front of the rocks.",
     "The captain of the {ship} saw the light. \"Hard to port!\" the captain shouted, and the ship slipped past the cliff."],
    ["In the morning the captain came ashore. \"Who lit the lamp?\" the captain asked. \"I did,\" said {hero}. The captain [took off the hat and bowed|gave {him} {a fine thing}].",
     "When the ship lay safe in the harbour, {number} sailors came up the stairs and thanked {him}."],
    ["\"Now you are a keeper of the light too,\" said {helper}.", "And since then the lamp has never gone out."],
])

TREASURE = Plot(places=("sea", "wild", "home"), heroes=("child", "animal", "worker"), beats=[
    ["In [the attic|an old book|a bottle on the beach] {hero} found a map. There was a [red cross|black star] on it.",
     "{Helper} gave {hero} a rolled-up paper. It was an old map, and somebody had written on it: \"[Dig under the third tree|Forty steps from the well|Go where the shadow falls at noon].\""],
    ["{He} showed it to {friend}. \"A treasure!\" {fhe} whispered. They took a spade, a lamp and {food} and set out.",
     "\"We must go at once,\" said {friend}, \"before anybody else finds it.\""],
    ["The way led them over {number} hills and {to}. There {sight}.",
     "They followed the map past [a ruined tower|a white rock|a dead tree] and through a [dark valley|field of thistles]."],
    ["On the way they came to a river without a bridge. {Hero} [laid a log across|found some flat stones], and they went over [carefully|one after the other].",
     "Then {friend} stepped into a hole and could not get out. {Hero} threw {fhim} a rope and pulled with all {his} strength."],
    ["At last they stood before the right place. They dug and dug, until the spade hit something hard. It was a chest!",
     "{Spot}, they found a small iron box. The lock was rusty, but it opened with a crack."],
    ["But there was no gold in it. There was only a letter: \"[You came here together. That is the treasure|The real treasure is the way],\" it said.",
     "In it lay {a fine thing} and {number} [silver|old|gold] coins. They could hardly believe their luck.",
     "It was full of [toys from old times|glass marbles|seeds]. Somebody had hidden it there {number}ty years ago."],
    ["They laughed all the way home.", "They divided everything fairly and gave a part to {helper}.",
     "Then they put something of their own in the box, and buried it again for somebody else."],
], extra={"number": ["six", "seven", "eight"]})

LETTER = Plot(places=("town", "home", "sea"), heroes=("child", "worker", "animal"), beats=[
    ["{Hero} had a friend called {fname}, who lived far away, [on the other side of the sea|behind the mountains|{number} days from there].",
     "It was a year since {friend} had gone away to [work on a ship|live in the city|look after {fhis} aunt]. {Hero} missed {fhim}."],
    ["One evening {he} took paper and ink and wrote a letter. \"Dear {fname},\" {he} wrote, \"[how are you|I think of you every day|here the days are long and quiet|it is not the same without you]. When will you come and see me?\"",
     "\"Why don't you write to {fhim}?\" said {helper}. So {hero} wrote a long letter, [with a picture of the house|with a pressed flower in it]."],
    ["The postman took it along on {weekday}. A week went by, then a month, but no answer came.",
     "Every day {he} waited at the gate, and every day the postman shook his head. \"Nothing for you,\" he said."],
    ["\"{Fhe} has forgotten me,\" thought {hero}. {He} [stopped waiting|was sad and did not want to talk].",
     "\"Perhaps the letter was lost,\" said {helper}. \"[The sea is wide|Write another one].\""],
    ["Then, one [evening|rainy day|Sunday], there was a knock at the door. {Hero} opened it. There stood {friend}, [with a big bag in {fhis} hand|wet from the rain and laughing].",
     "At last, on a day in {month}, a letter came with {number} stamps on it. {His} fingers trembled when {he} opened it. \"I am coming on {weekday},\" it said."],
    ["\"I wanted to bring you my answer myself,\" said {friend}.", "{Friend} had brought {a fine thing} for {him}. \"I saw it and thought of you,\" {fhe} said."],
    ["They sat up and talked until the candle went out.", "{Helper} made {dish}, and there was so much to tell that it grew cold on the plates."],
])

FISHING = Plot(places=("water", "sea"), heroes=("child", "worker", "animal"), beats=[
    ["Early in the morning {hero} took {his} fishing rod and went {to}.", "On {weekday} {helper} took {hero} fishing. They got up while it was still dark.",
     "{Hero} had never caught a fish. \"Today I will,\" {he} said, and took a rod and {number} worms."],
    ["{Weather}, and {sound}. {He} threw out the line and waited.", "They sat on the bank without a word. {Sight}."],
    ["An hour passed, and nothing happened. Then {he} caught [an old boot|a wet hat|a branch]. {Friend}, who sat close by, laughed.",
     "Nothing bit. {Hero} grew impatient and [threw stones into the water|wanted to go home]. \"[Fish have ears too|Be still and wait],\" said {helper}."],
    ["Suddenly the rod bent. \"I have one!\" shouted {hero}. The fish was so strong that it nearly pulled {him} into the water.",
     "All at once there was a pull on the line. {He} held it with both hands, and {friend} held on to {him}."],
    ["At last it lay on the grass, as long as an arm, and shone like silver. It opened its mouth as if it wanted to [say something|beg].",
     "They pulled it out together. It was the biggest fish that anybody had ever caught there."],
    ["{Hero} looked at it for a while. \"[It is too beautiful to eat|It should swim],\" {he} said and let it go.",
     "They carried it home on a pole, and {helper} made {fish_dish} for the whole family."],
    ["\"Nobody will believe us,\" said {friend}. \"But we saw it,\" said {hero}.", "And the fish grew a little in length every time they told the story."],
])

QUARREL = Plot(places=("wild", "home", "town", "water"), heroes=("child", "animal"), beats=[
    ["{Hero} and {friend} had been friends for a long time. But one day both of them wanted the same {thing}.",
     "{Hero} and {friend} were playing {there}. \"It is my turn,\" said {hero}. \"No, it is mine,\" said {friend}."],
    ["They pulled at it from both sides, until it [fell into the mud|broke|flew out of their hands].", "They shouted at each other, and {sound}. \"You are not my friend any more!\" cried {friend}."],
    ["Each went home alone. {Hero} sat {spot_home} and was angry.", "For {number} days they did not speak a word. {Hero} played alone, but it was boring to {use} without anybody."],
    ["\"Who was right?\" {he} asked {helper}. \"[Perhaps both, perhaps neither|Do you want to be right, or do you want a friend]?\" said {helper}.",
     "{He} thought of all the days when they had laughed together. The anger became smaller and smaller."],
    ["So {he} took {the thing} under {his} arm and went to {friend}. Halfway they met, for {friend} was coming to {him}.",
     "The next morning {he} knocked at the door of {friend}. \"I am sorry,\" said {hero}. \"I am sorry too,\" said {friend} at the same time."],
    ["Both had to laugh. \"You may have it first,\" said {hero}. \"No, you,\" said {friend}.", "They [shook hands|hugged each other] and made a rule: one day you, one day me."],
    ["And {result}.", "Since then they still quarrel sometimes, but never for longer than {number} minutes."],
])

PLOTS = [LOST_AND_FOUND, SHARING, SEA_TRIP, SEA_TRIP, RAINY_DAY, COOKING, MARKET, PROMISE, RACE, LEARNING, NEW_FRIEND, REPAIR,
         NIGHT_NOISE, PRESENT, SEED, LOST_ANIMAL, TRUTH, SNOW_DAY, BUILDING, SICK_FRIEND, LIGHTHOUSE, TREASURE, LETTER, FISHING, QUARREL]

# How a story begins: the hero, the place and the weather are named.
OPENINGS = {
    "child": [
        "Once upon a time there was {a adjective} {noun} named {name}. {He} lived with {family} [in a small house by the {landmark}|close to the {landmark}|near the {landmark}].",
        "Once upon a time, in a [small|quiet|faraway] village by the {landmark}, there lived {a adjective} {noun} called {name}.",
        "Once upon a time {a adjective} {noun} called {name} lived [near|not far from] the {landmark}.",
        "There was once {a adjective} {noun} whose name was {name}. [Everybody knew {him}|{He} was {number} years old].",
        "{Name} was {a adjective} {noun} of {number} years.",
        "In the morning, when {weather}, {a adjective} {noun} named {name} [got up|woke up|opened the window|ran out of the house].",
        "One {daytime} in {month} {a adjective} {noun} called {name} was sitting {there}.",
        "{Name} lived with {family} in {a colour} house by the {landmark}.",
        "On a {season} {daytime}, {name} went {to}. {Weather}.",
    ],
    "animal": [
        "Once upon a time there was {a adjective} {noun} named {name}. {He} lived [in a hole under an old oak|in a nest of leaves|close to the {landmark}|near the {landmark}].",
        "Once upon a time {a adjective} {noun} called {name} lived [near|by|beyond] the {landmark}.",
        "{Name} was {a adjective} {noun} with [soft ears|a wet nose|bright eyes|a long tail|small feet].",
        "There was once {a adjective} {noun} called {name}, and {he} had a friend called {fname}.",
        "In the morning, when {weather}, {name} the {noun} [came out of the house|stretched and yawned|looked out of the door].",
        "One {daytime} in {month} {a adjective} {noun} named {name} went {to}. {Weather}.",
        "Far away, beyond the {landmark}, lived {a adjective} {noun}. Everybody called {him} {name}.",
    ],
    "worker": [
        "Once upon a time there was {a adjective} {noun} named {name}, who lived by the {landmark}.",
        "Once upon a time, in a town by the {landmark}, there lived {a adjective} {noun}. {His} name was {name}.",
        "The {noun} of the village was called {name}. {He} was {adjective}, and everybody liked {him}.",
        "In the morning, before the sun was up, {name} the {noun} [opened the door|lit the fire|put on a coat|drank a cup of tea].",
        "In the morning the {noun} got up early, because {weather}.",
        "{Name} was {a adjective} {noun} who had worked for {number} years in the same house by the {landmark}.",
        "One {daytime} in {month}, when {weather}, {a adjective} {noun} named {name} was on the way {to}.",
        "There was once {a adjective} {noun} called {name}, who talked to [the moon|birds|every stone] when nobody was listening.",
    ],
    "captain": [
        "The captain of the {ship} was {a adjective} [man|sailor] called {name}.",
        "The captain stood on the deck of the {ship} and looked at the [sea|sky|clouds]. {His} name was {name}.",
        "The captain woke up early. {Weather}, and the {ship} lay quietly in the harbour. {Name}, for that was {his} name, [went up on deck|drank hot tea].",
        "Once upon a time there was {a adjective} captain named {name}, who had sailed all the seas in the {ship}.",
        "In the morning the captain came on deck. \"[What a day|The wind is good|No wind again],\" said the captain, whose name was {name}.",
        "The captain had a ship called the {ship}, {number} sailors and a [cat|parrot|dog]. {His} name was {name}.",
    ],
}

INTERLUDES = [
    "{Weather}, and {sound}.", "It was [early|late] in the {daytime}. {Weather}.", "[Outside|All around], {weather}.", "{There}, {sight}.", "{Sight}, and {sound}.",
    "\"[What a day|How strange|I wonder what will happen next],\" {he} [thought|said to {himself}].", "{He} looked [up at the sky|around|down the road] and [smiled|sighed|waited].",
    "{Friend} [nodded|shrugged|whistled a tune].", "For a while nobody said anything.", "The clock struck {number}.", "{He} was [a little afraid|full of hope|very excited|quite tired by now].",
]

ENDINGS = {
    "happy": [
        "And so the day ended well.", "That night {he} fell asleep with a smile.", "And they lived happily [for many years|ever after].", "Then they went home, for it was getting dark.",
        "When the stars came out, everybody was happy.", "And if you ever go {to}, you may still hear people talk about it.", "{He} never forgot that {season} day.", "It had been a good day.",
        "\"[Good night|Sleep well],\" said {helper}, and blew out the lamp.", "And that is the end of the story.", "", "", "", "", "",
    ],
}
