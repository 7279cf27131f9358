# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain sentences in other registers than a story's, so that the models adapt to them quickly.

Each register is a list of templates; a note is made of three to seven of one register.
"""

import story_words as words


def split(text):
    return [part.strip() for part in text.split("|")]


NOTE_SLOTS = dict(
    weekday=words.WEEKDAYS, month=words.MONTHS, number=words.NUMBERS, colour=words.COLOURS, name=words.GIRLS + words.BOYS, surname=words.SURNAMES, ship=words.SHIPS,
    digit=[str(n) for n in range(2, 13)], hour=[str(n) for n in range(1, 13)], day=[str(n) for n in range(1, 31)], big=[str(n) for n in range(15, 100)] + ["100", "120", "150", "200", "250", "500", "1,000"],
    year=[str(n) for n in range(1740, 2021, 7)], wind=split("north|south|east|west|north-east|north-west|south-east|south-west"),
    trade=words.WORKERS, animal=words.ANIMALS, season=["spring", "summer", "autumn", "winter"],
    room=split("kitchen|bedroom|hall|cellar|attic|bathroom|garden|workshop|living room|shed"),
    ware=split("bread|milk|cheese|fish|flour|rope|oil|salt|sugar|wood|coal|cloth|paper|soap|wine|tea|coffee|butter|meat"),
    tool=split("hammer|saw|knife|brush|broom|ladder|bucket|spade|needle|pair of scissors|rope|lamp|kettle"),
    town=split("the town|the city|the village|the harbour|the island|London|Bristol|Hamburg|Lisbon|Boston"),
    person=split("the landlord|the tenant|the owner|the buyer|the seller|the manager|the guest|the neighbour|the worker|the teacher|the mayor|the judge|the clerk"),
)

NOTES = {
    "weather": [
        "[Today|Tomorrow|On {weekday}] it will be [sunny|cloudy|windy|rainy|foggy|cold|mild|hot] in the {wind}.", "The wind blows from the {wind} and will [grow stronger|drop in the evening|turn to the {wind}].",
        "The temperature [rises to|falls to] {big} degrees.", "[Light|Heavy|Steady] rain is expected [in the morning|after noon|during the night].", "At sea there are [high|moderate|low] waves and [fresh|strong|light] breezes from the {wind}.",
        "[Fog|Snow|Frost|Thunder|Hail] is possible [in the hills|on the coast|in the valleys].", "The night will be [clear and cold|mild and damp|dark and stormy].", "In {month} the days are [short|long] and the nights are [long|short].",
        "Clouds form when warm air rises and cools.", "When the air is cold enough, rain turns into snow.", "[Good weather|Bad weather] usually comes with wind from the {wind}.", "The sun rises at {hour} and sets at {hour}.",
    ],
    "sea": [
        "The sea covers most of the earth.", "The tide rises and falls [twice|two times] a day, because the moon pulls at the water.", "A ship has [masts, sails and an anchor|a bow in front and a stern behind].",
        "The left side of a ship is called port, and the right side is called starboard.", "The distance to {town} is {big} miles.", "Sailors measure speed in knots and depth in fathoms.",
        "The {ship} sailed from {town} to {town} in {year} with {big} men on board.", "In a strong wind the sailors take in the sails.", "A lighthouse warns ships of [rocks|shallow water|the coast] at night.",
        "A compass always points to the north.", "The captain writes down the course, the wind and the distance every day.", "Fresh water and [bread|salt meat|dry peas] were kept in barrels.", "Land was seen in the {wind} at {hour} in the [morning|evening].",
        "The ship lay at anchor for {number} days and took on [water|wood|provisions].", "The crew repaired the [rigging|sails|mast|boats|pumps].",
    ],
    "money": [
        "[A loaf of bread|A pound of {ware}|A bag of {ware}] costs {digit} [pounds|dollars|coins].", "If you buy {number} of them, you pay {big} [dollars|pounds].", "{name} has {digit} coins and gets {digit} more.",
        "{Person} pays the bill on the [first|last|tenth] day of the month.", "The rent is {big} dollars a month.", "Whoever borrows money must pay it back [with interest|in time|by {month} {day}].", "The price of {ware} [rose|fell] by {digit} percent.",
        "{Person} gives {person} a receipt for the sum of {big} dollars.", "A shop buys {ware} for less and sells it for more.", "Save a little every week, and after a year you will have enough.", "The tax is {digit} percent of the price.",
        "The company pays its workers on the {day}th of {month}.", "A deposit of {big} dollars is due at once.",
    ],
    "rules": [
        "Please [close the door|wipe your feet|turn off the light|wash your hands|be quiet] before you [leave|enter|go to bed].", "Nobody may [smoke|run|shout|swim|park] here [after {hour} o'clock|without permission].", "Everyone must [be on time|pay for the ticket|follow the rules|wear a helmet].",
        "Dogs are [not allowed|welcome] in the {room}.", "The {room} must be cleaned [every {weekday}|once a week|before the guests arrive].", "If something is broken, tell {person} at once.", "Books must be returned within {number} days.",
        "A person who breaks a rule must [pay a fine|say sorry|leave the room].", "{Person} shall keep the {room} clean.", "{Person} may use the {room} from {hour} to {hour}.", "It is forbidden to [feed the birds|pick the flowers|make a fire].",
        "The law is the same for everybody.", "In an emergency, leave the building by the nearest door.", "Keys must be given back to {person}.",
    ],
    "promises": [
        "I promise to [help you|write to you|come back|pay you] [on {weekday}|before {month}|within {number} days].", "{Person} and {person} have made an agreement.", "Both parties agree on the price of {big} dollars.",
        "Whoever gives a promise must keep it.", "{Person} will deliver the {ware}, and {person} will pay for it.", "If {person} does not pay, {person} may end the agreement.", "The agreement is written on paper and signed by both.", "It begins on {month} {day} and ends after {number} [months|years].",
        "Either of them may end it with a notice of {big} days.", "Any change must be made in writing.", "A handshake is good, but a written contract is better.", "The owner lets the house to the tenant for {number} years.", "Nobody is bound to do what is impossible.",
    ],
    "kitchen": [
        "[Boil|Cook|Heat] the [water|milk|soup] for {digit} minutes.", "[Chop|Peel|Slice|Wash] the [onions|carrots|potatoes|apples|tomatoes].", "Add [a pinch of salt|a spoon of sugar|some butter|a cup of milk] and stir well.", "Mix {big} grams of flour with {number} eggs.",
        "Let the dough rest for [an hour|{big} minutes] in a warm place.", "Bake the [cake|bread|pie] in a hot oven until it is golden.", "Serve it [hot|cold|warm] with [bread|rice|a green salad|cream].", "Fry the [fish|onions|mushrooms|meat] in a little oil.",
        "Bread is made of flour, water, salt and yeast.", "Milk turns sour when it is left in the sun.", "A sharp knife is safer than a blunt one.", "This makes enough for {number} people.", "Season with salt, pepper and [thyme|parsley|garlic|lemon].", "Pour the sauce over the [noodles|rice|vegetables].",
    ],
    "household": [
        "The {room} has [two windows|a wooden floor|white walls|a low ceiling|{number} chairs].", "You need a {tool} and a {tool} to do this.", "To clean a [window|floor|pot|table], use warm water and soap.", "Hang the wet clothes in the sun.", "The {tool} is in the {room}, [next to the door|on the top shelf|under the stairs].",
        "First [sweep the floor|open the windows|take out the carpets], then [wash the floor|dust the shelves].", "A fire needs dry wood and fresh air.", "The roof [leaks|must be repaired] before [winter|{month}].", "Put the {ware} in a dry and cool place.", "Water the plants every {number} days.",
        "The stove is [lit at {hour}|cleaned every {weekday}].", "Every house has a door, a roof and at least one window.", "Turn the key twice to the [left|right].",
    ],
    "calendar": [
        "A week has seven days, and a year has twelve months.", "Today is {weekday}, {month} {day}.", "The meeting is on {weekday} at {hour} o'clock.", "School begins at eight and ends at {hour}.", "{name} works from {weekday} to {weekday}.", "After {weekday} the shop is closed until {hour} o'clock.",
        "In {month} {year} the bridge was built.", "The [train|boat|bus] leaves at {hour} and arrives at {hour}.", "{name} was born on {month} {day}, {year}.", "The market is open every {weekday} morning.", "[Spring|Summer|Autumn|Winter] begins in {month}.", "It takes {number} hours to walk to {town}.", "One hour has sixty minutes, and one minute has sixty seconds.",
    ],
    "nature": [
        "{A animal} [eats|lives on|looks for] [grass|seeds|insects|fish|fruit|small animals].", "In {season} the {animal} [builds a nest|looks for food|raises its young|sleeps a lot].", "Trees take in water through their roots.", "A seed needs water, light and warmth to grow.", "Bees carry pollen from flower to flower and make honey.",
        "The moon goes around the earth in about four weeks.", "Birds fly south when it gets cold.", "Fish breathe with gills.", "The river begins in the mountains and flows into the sea.", "The {animal} is [smaller|bigger|faster|slower] than the {animal}.", "Stones become round in running water.", "Leaves turn {colour} in autumn because the days grow shorter.",
        "Ice is lighter than water, so it swims on top.", "Most flowers open in the morning and close at night.",
    ],
    "work": [
        "The {trade} starts work at {hour} in the morning.", "A {trade} needs [a good eye|steady hands|patience|strong arms|a clear head].", "{name} {surname} is {a trade} and lives in {town}.", "In {year} there were {big} houses in the village.", "The {trade} sells {ware} and {ware}.", "The workers carried {big} bags of {ware} to the [ship|store|barn].",
        "The {trade} pays {big} dollars for a new {tool}.", "The {trade} taught {name} how to use a {tool}.", "There are {number} people in the workshop, and each has a task.", "When the work is done, the tools are cleaned and put away.", "{name} wrote a list: {ware}, {ware}, {ware} and {ware}.",
    ],
    "letters": [
        "Dear {name}, thank you for your letter of {month} {day}.", "I am well and hope that you are well too.", "Here it has been [raining|snowing|warm|cold] for {number} days.", "We arrived in {town} on {weekday} after a journey of {number} days.", "Please send me [some {ware}|a {tool}|{big} dollars] [as soon as you can|before {month}].", "Your [uncle|aunt|brother|sister|cousin] sends you greetings.",
        "The house is [sold|let|empty] now, and the new owner is {a trade}.", "I will be at home on {weekday} after {hour} o'clock.", "Do not forget to [water the flowers|feed the cat|pay the rent|lock the door].", "With kind regards, {name} {surname}.", "When you come, bring your [coat|books|boots|violin].",
    ],
    "answers": [
        "What is {digit} and {digit}? [Count on your fingers and you will know|Write it down and add].", "Why is the sky blue? Because the air scatters the light of the sun.", "How long does it take? It takes about {number} [minutes|hours|days].", "Where is the {tool}? It is in the {room}.", "Who is that? That is {name} {surname}, the {trade}.",
        "When does the shop open? It opens at {hour} o'clock on {weekday}.", "May I use the {tool}? Yes, but bring it back.", "What do you need? I need {ware} and {ware}.", "Is it far to {town}? No, it is only {digit} miles.", "How much is it? It is {big} dollars.", "What is a {trade}? A person who knows how to do one thing well.",
    ],
}
