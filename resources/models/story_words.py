# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom and what the stories are about: people, animals, places, things, dishes, skills.

Everything that belongs together stands together, so that a story stays sensible:
a place knows its hiding spots and its sounds, a thing knows what it is used for.
"""

GIRLS = """Lily Mia Anna Rosa Clara Nora Ella Ida Molly Sara Lucy Grace Hannah Maya Zoe Emma Ruby Alma Tess
Wendy June Amy Olive Freya Greta Nina Polly Sophie Kate Ivy Leila Amira Mei Juno Bella Daisy""".split()
BOYS = """Tom Ben Max Leo Sam Finn Jack Noah Oscar Peter Hugo Felix Jonas Toby Arthur Will Daniel Emil Henry
Luke Otto Theo Ravi Omar Milo Simon Paul Hans Adam Nico David Karl Joe Ned Kofi Liam""".split()
PET_NAMES = """Pip Bramble Hazel Nutmeg Button Pepper Willow Biscuit Clover Misty Rusty Pebble Acorn Poppy Thistle
Basil Cinder Dot Fern Maple Moss Honey Sorrel Tansy Barley Juniper Snowy Patch Ginger Whisker""".split()
SURNAMES = """Finch Brown Hill Green Baker Marsh Stone Wood Rivers Fox Bell Carter Field Swan Lake Winter Miller
Potter Reed Stokes Page Hart Lamb Moon""".split()

ANIMALS = """fox rabbit bear mouse owl hedgehog squirrel duck frog cat dog badger otter goat lamb beaver
donkey turtle crow pony mole goose sparrow piglet deer seal""".split()
WORKERS = """baker farmer fisher captain miller teacher sailor gardener painter carpenter tailor shepherd
doctor cook potter clockmaker blacksmith postman librarian weaver beekeeper fisherman musician
captain captain captain""".split()  # the captain more often: the sea is where the bundled demo goes

ADJECTIVES = """little small young kind brave clever shy curious quiet cheerful gentle friendly lively lazy proud
careful honest hungry patient merry busy clumsy dreamy polite stubborn""".split()
OLD_ADJECTIVES = """old kind wise tall round cheerful quiet busy gentle grey-haired friendly honest patient tired
hard-working jolly careful strict proud poor""".split()

# Where things happen. "in": where one is; "to": where one goes; "name": the place itself.
PLACES = {
    "forest": dict(
        kind="wild", the="the forest", at="in the forest", to="to the forest",
        sights=["tall trees stood close together", "the light fell green through the leaves",
                "red mushrooms grew beside the path", "the path was soft with moss and old leaves",
                "a thin stream ran between the roots"],
        sounds=["a woodpecker tapped on a trunk", "the leaves whispered", "twigs cracked under the feet", "an owl called far away"],
        spots=["under a fallen log", "behind an old oak", "in a hollow tree", "among the ferns", "under a heap of leaves"]),
    "meadow": dict(
        kind="wild", the="the meadow", at="in the meadow", to="to the meadow",
        sights=["the grass was as high as a knee", "yellow flowers nodded in the wind", "white butterflies danced over the clover",
                "the hay lay in long rows"],
        sounds=["bees hummed in the clover", "a lark sang high above", "crickets sang all around"],
        spots=["in the tall grass", "behind a haystack", "under a bush", "beside a mole hill", "between two stones"]),
    "river": dict(
        kind="water", the="the river", at="by the river", to="to the river",
        sights=["the water was clear and quick", "silver fish flashed under the bridge", "willows bent down to the water",
                "round stones shone on the bottom"],
        sounds=["the water gurgled over the stones", "frogs croaked in the reeds", "a fish splashed"],
        spots=["in the reeds", "under the wooden bridge", "between two wet stones", "on the muddy bank", "behind the willow"]),
    "beach": dict(
        kind="sea", the="the beach", at="on the beach", to="to the beach",
        sights=["the sand was warm and white", "small crabs ran sideways over the stones", "the tide was out and the pools were full of shells",
                "the waves came in one after another"],
        sounds=["gulls cried above the waves", "the waves rolled and hissed", "the wind sang in the dune grass"],
        spots=["behind a rock", "under some seaweed", "in a warm pool", "half buried in the sand", "beside an old boat"]),
    "harbour": dict(
        kind="sea", the="the harbour", at="in the harbour", to="to the harbour",
        sights=["boats with red and brown sails lay side by side", "nets hung drying in the sun", "a tall ship was loading barrels",
                "the lighthouse stood white at the end of the wall"],
        sounds=["ropes slapped against the masts", "a bell rang on a ship", "the sailors sang while they worked"],
        spots=["under a fishing net", "behind a row of barrels", "in an empty rowing boat", "between two coils of rope"]),
    "island": dict(
        kind="sea", the="the island", at="on the island", to="to the island",
        sights=["there were birds on every cliff", "palm trees leaned over the sand", "a narrow path led up to a cave",
                "the water was so clear that one could see the bottom"],
        sounds=["seals barked on the rocks", "the surf boomed in the cave", "hundreds of birds called"],
        spots=["inside a cave", "under a flat stone", "behind a palm tree", "at the foot of the cliff"]),
    "garden": dict(
        kind="home", the="the garden", at="in the garden", to="to the garden",
        sights=["roses climbed up the wall", "the apple tree was full of fruit", "beans grew in straight rows",
                "the little pond was green with lilies"],
        sounds=["a blackbird sang on the fence", "bees buzzed around the flowers", "water dripped into the barrel"],
        spots=["under the gooseberry bush", "behind the shed", "in the flower bed", "beside the pond", "under a cabbage leaf"]),
    "market": dict(
        kind="town", the="the market", at="at the market", to="to the market",
        sights=["there were stalls with cheese, eggs and honey", "baskets of plums and pears stood in the shade",
                "people pushed and laughed between the carts", "bright cloth hung from long poles"],
        sounds=["the sellers called out their prices", "a man played the fiddle", "hens clucked in their cages"],
        spots=["under a cart", "behind the cheese stall", "in a basket of apples", "beside the fountain"]),
    "village": dict(
        kind="town", the="the village", at="in the village", to="to the village",
        sights=["smoke rose from every chimney", "the houses had blue doors and white walls", "children played in the square",
                "the church clock showed [eight|nine|ten|noon|three|four]"],
        sounds=["the church bell rang", "a dog barked behind a gate", "somebody was hammering in the smithy"],
        spots=["behind the well", "under the bench in the square", "at the bakery door", "on the church steps"]),
    "house": dict(
        kind="home", the="the house", at="at home", to="home",
        sights=["a fire burned in the stove", "the kettle stood on the table", "rain ran down the window", "a lamp shone in the kitchen"],
        sounds=["the clock ticked on the wall", "the stairs creaked", "the kettle whistled"],
        spots=["under the bed", "behind the cupboard", "in the laundry basket", "under a cushion", "in a coat pocket", "on the top shelf"]),
    "school": dict(
        kind="town", the="the school", at="at school", to="to school",
        sights=["there was a big map on the wall", "the desks stood in four rows", "coats hung on small hooks", "chalk dust floated in the light"],
        sounds=["the bell rang", "chalk squeaked on the board", "everybody talked at once"],
        spots=["under a desk", "behind the coats", "in the cupboard with the books", "beside the sand box"]),
    "farm": dict(
        kind="home", the="the farm", at="on the farm", to="to the farm",
        sights=["the barn was full of sweet hay", "brown hens scratched in the yard", "two cows looked over the gate",
                "a red tractor stood beside the pump"],
        sounds=["the rooster crowed", "the cows mooed", "the pigs grunted over their supper"],
        spots=["in the hay", "behind the barn", "under the hen house", "beside the water trough", "in an empty bucket"]),
    "hill": dict(
        kind="wild", the="the hill", at="on the hill", to="up the hill",
        sights=["one could see the whole valley from there", "an old windmill stood at the top", "sheep grazed on the slope",
                "the road below looked like a ribbon"],
        sounds=["the wind blew without a rest", "sheep bells tinkled", "the windmill creaked"],
        spots=["behind the windmill", "under a thorn bush", "beside a pile of stones", "in a rabbit hole"]),
}

# name: kind, descriptions, what one does with it, what becomes of it in good hands
THINGS = {
    "kite": ("toy", "red|blue|paper|striped", "fly it in the wind", "the kite rose higher than the roofs"),
    "ball": ("toy", "red|yellow|leather|new", "throw it against the wall", "the ball bounced as high as a house"),
    "doll": ("toy", "wooden|rag|small|old", "put it to bed every night", "the doll sat on the best chair"),
    "boat": ("toy", "wooden|little|green|toy", "sail it on the water", "the boat sailed straight to the other side"),
    "drum": ("toy", "tin|loud|painted|small", "march up and down with it", "the drum went boom, boom, boom"),
    "top": ("toy", "wooden|spinning|bright", "spin it on the floor", "the top spun for a whole minute"),
    "teddy bear": ("toy", "brown|soft|one-eyed|old", "hold it tight at night", "the teddy bear slept on the pillow"),
    "marble": ("toy", "glass|blue|green|shiny", "roll it along the path", "the marble rolled all the way to the gate"),
    "train": ("toy", "wooden|long|red|toy", "push it round the table", "the train ran round and round"),
    "book": ("good", "thick|picture|old|blue", "read it under the apple tree", "they read the book from the first page to the last"),
    "key": ("good", "brass|rusty|small|silver", "open the old door with it", "the key turned with a click"),
    "lamp": ("good", "brass|little|oil|bright", "light the way home with it", "the lamp shone in the dark"),
    "ring": ("good", "gold|silver|thin|plain", "wear it on Sundays", "the ring shone like a star"),
    "watch": ("good", "silver|pocket|old|gold", "tell the time by it", "the watch ticked again"),
    "whistle": ("good", "tin|wooden|silver", "call the dog with it", "the whistle was heard across the valley"),
    "flute": ("good", "wooden|silver|old", "play it in the evening", "the flute sang like a bird"),
    "basket": ("good", "straw|round|big|willow", "carry eggs in it", "the basket was full by noon"),
    "bell": ("good", "brass|little|silver|round", "ring it before supper", "the bell rang clear and bright"),
    "map": ("good", "old|torn|paper|strange", "find the way with it", "the map showed every path"),
    "spoon": ("good", "wooden|silver|long", "stir the soup with it", "the spoon went round and round in the pot"),
    "coin": ("good", "gold|silver|copper|old", "keep it in a box", "the coin shone in the sun"),
    "shell": ("good", "pink|white|spiral|big", "hold it to one ear and hear the sea", "the shell sounded like the sea"),
    "umbrella": ("good", "black|green|big|spotted", "walk dry through the rain with it", "the umbrella kept them both dry"),
    "hat": ("wear", "straw|green|woollen|tall", "wear it in the sun", "the hat looked very fine"),
    "scarf": ("wear", "red|long|warm|woollen", "wear it on cold days", "the scarf was warm and soft"),
    "coat": ("wear", "blue|warm|thick|winter", "wear it to school", "the coat had four big pockets"),
    "glove": ("wear", "warm|leather|red|left", "keep one hand warm with it", "the glove fitted perfectly"),
    "boot": ("wear", "rubber|brown|left|leather", "jump into puddles with it", "the boot was dry again by evening"),
}

# name, what it is made of, what is done, how it turned out
DISHES = [
    ("an apple pie", ["apples", "flour", "butter", "sugar"], "rolled out the dough and cut the apples into thin slices", "smelled of cinnamon"),
    ("vegetable soup", ["carrots", "onions", "beans", "potatoes"], "washed the vegetables and chopped them into small cubes", "was hot and thick"),
    ("a loaf of bread", ["flour", "yeast", "salt", "water"], "kneaded the dough until it was smooth", "had a golden crust"),
    ("pancakes", ["eggs", "milk", "flour", "a pinch of salt"], "beat the eggs and stirred the batter", "were thin and light"),
    ("a honey cake", ["honey", "eggs", "butter", "nuts"], "mixed the honey with the warm butter", "was sweet and sticky"),
    ("fish stew", ["fish", "tomatoes", "onions", "parsley"], "cleaned the fish and let it simmer in the pot", "tasted of the sea"),
    ("a cheese omelette", ["eggs", "cheese", "milk", "chives"], "broke the eggs into a bowl and grated the cheese", "was soft and yellow"),
    ("plum jam", ["plums", "sugar", "a lemon"], "took out the stones and boiled the plums slowly", "was dark red and sweet"),
    ("rice pudding", ["rice", "milk", "sugar", "vanilla"], "stirred the rice in the warm milk for half an hour", "was creamy and white"),
    ("ginger biscuits", ["flour", "ginger", "butter", "syrup"], "cut out stars, moons and hearts", "were crisp and brown"),
    ("a mushroom pie", ["mushrooms", "cream", "flour", "pepper"], "fried the mushrooms in a hot pan", "filled the whole house with its smell"),
    ("porridge", ["oats", "milk", "a spoon of honey"], "stirred the oats over a low fire", "was warm and filling"),
]

FOODS = """an apple|a slice of bread|a piece of cheese|a pear|a handful of nuts|a bun|a slice of cake|a boiled egg|
a bag of cherries|a sandwich|a honey cake|a bowl of strawberries|a carrot|a jar of jam|a warm pie|some grapes""".replace("\n", "").split("|")

# to learn, how it goes wrong, the advice, how it goes right
SKILLS = [
    ("swim", "[swallowed a lot of water|sank like a stone]", "Kick with your legs and breathe slowly", "swam all the way across the pond"),
    ("ride a bicycle", "[fell into the hedge|wobbled and fell over]", "Look ahead and not at the wheel", "rode twice round the square"),
    ("read", "[mixed up the letters|could not read the long words]", "Say one letter after another", "read a whole page aloud"),
    ("whistle", "[blew nothing but air|only made a wet noise]", "Make your lips small and round", "whistled a whole song"),
    ("skate", "[sat down hard on the ice|slid into a snowdrift]", "Bend your knees and lean forward", "made a perfect circle on the ice"),
    ("bake bread", "[burned the first loaf|forgot the salt]", "Be patient and let the dough rest", "took a perfect loaf out of the oven"),
    ("play the violin", "[made the cat run away|broke a string]", "Hold the bow lightly", "played a waltz and nobody covered their ears"),
    ("row a boat", "[turned in circles|lost an oar]", "Pull both oars at the same time", "rowed to the island and back"),
    ("tie a knot", "[got a finger caught|made a terrible tangle]", "Over, under, and pull it tight", "tied a knot that held the whole boat"),
    ("count to a hundred", "[forgot what comes after thirty-nine|got lost after sixty]", "Ten and ten and ten again", "counted to a hundred without a mistake"),
    ("milk a cow", "[spilled the bucket|got only three drops]", "Be calm and she will be calm too", "filled a bucket to the brim"),
    ("climb", "[slipped off the lowest branch|got stuck halfway]", "Never let go with both hands", "climbed to the very top of the tree"),
    ("sew", "[pricked a thumb|sewed the sleeve shut]", "Take small and even stitches", "sewed a button on so well that it never came off"),
    ("tell the time", "[mixed up the two hands|came an hour too late]", "The short hand shows the hour", "came home at four o'clock exactly"),
    ("steer by the stars", "[took a lamp for a star|looked the wrong way]", "Find the north star first", "brought the boat home in the dark"),
    ("sing", "[squeaked on the high notes|started too soon]", "Listen first and then sing", "sang so sweetly that people stopped to listen"),
]

WEATHER = {
    "sunny": ["the sun was shining", "it was a bright and warm day", "there was not a cloud in the sky", "the air was warm and still"],
    "rainy": ["it was raining", "rain fell on the roofs", "grey clouds hung low", "the streets were full of puddles"],
    "windy": ["a strong wind was blowing", "the wind shook the trees", "leaves flew through the air", "clouds raced across the sky"],
    "foggy": ["a thick fog lay over everything", "it was so foggy that one could hardly see", "the mist was white and cold"],
    "snowy": ["snow lay on the ground", "it had snowed all night", "big snowflakes fell", "the pond was frozen"],
    "mild": ["it was neither warm nor cold", "the air smelled of spring", "the first leaves were turning yellow", "a soft breeze blew"],
}

SHIPS = ["Sea Star", "White Gull", "Merry Anne", "Morning Light", "North Wind", "Blue Heron", "Good Hope", "Silver Wave", "Lady Jane", "Swallow"]

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WINTER_MONTHS = ["December", "January", "February"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
NUMBERS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"]
COLOURS = ["red", "blue", "green", "yellow", "white", "black", "brown", "grey", "orange", "purple", "pink"]
