# SPDX-License-Identifier: GPL-3.0-or-later
"""The phrases of short recipes: a name, what is needed, what is done."""


def split(text):
    return [part.strip() for part in text.split("|")]


RECIPE_SLOTS = dict(
    minutes=[str(n) for n in (5, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50)], oven=["160", "170", "180", "190", "200", "220"], people=split("two|three|four|six|eight"),
    grams=[str(n) for n in (50, 75, 80, 100, 120, 150, 200, 250, 300, 400, 500)], spoons=split("1|half a|a heaped|a level"), cups=split("half a cup|1 cup|2 cups|300 ml"),
    vegetable=split("carrots|leeks|potatoes|onions|mushrooms|turnips|peppers|tomatoes|beans|peas|cabbage|spinach|pumpkin|fennel"),
    meat=split("chicken|beef|lamb|pork|bacon|turkey|sausages"), fish=split("cod|salmon|trout|mackerel|herring|shrimps"), fruit=split("apples|pears|plums|cherries|apricots|lemons|berries|peaches|raisins"),
    herb=split("parsley|thyme|basil|dill|rosemary|sage|mint|chives|bay leaves"), spice=split("pepper|nutmeg|paprika|cumin|ginger|cinnamon|cloves|mustard|curry"), fat=split("butter|olive oil|oil|lard"),
    grain=split("rice|barley|noodles|lentils|couscous|semolina"), cheese=split("cheese|cream cheese|goat's cheese|hard cheese"), liquid=split("stock|water|milk|cream|cider|wine"), nut=split("almonds|walnuts|hazelnuts|poppy seeds"),
    few=[str(n) for n in (3, 4, 5, 6, 8, 10)], flour=[str(n) for n in (200, 250, 300, 400, 500)], sauce=split("stock|cider|cream|wine|beer"),
    fruity=split("apple|pear|plum|cherry|apricot|lemon|peach"), nutty=split("almond|walnut|hazelnut|poppy seed"), grainy=split("rice|barley|noodle|lentil"),
    side=split("bread|boiled potatoes|rice|a green salad|pickles|buttered toast|mashed potatoes"),
)

SOUP = (["{Main} soup with {herb}", "{Meat} and {main} stew", "Thick {main} soup", "{Fish} soup", "{Grainy} soup with {main}"],
        ["Melt {spoons} tablespoon of {fat} in a large pot.", "Peel and dice the {main} and the onions.", "Soften the {vegetable} in {fat} over low heat for {minutes} minutes.", "Pour in {cups} of {liquid} and bring to the boil.", "Cover and simmer for {minutes} minutes, stirring now and then.", "Add the {vegetable} and cook until tender.", "Blend until smooth.", "Season with salt, {spice} and {herb}."],
        ["Serve hot with {side}.", "Stir in {spoons} spoon of cream and serve.", "Sprinkle with chopped {herb} and serve at once."])
ROAST = (["Roast {meat} with {main}", "Baked {fish} with {herb}", "{Meat} in {sauce}", "Fried {fish} with {main}", "{Meat} pan with {spice}"],
         ["Heat the oven to {oven} degrees.", "Rub the {meat} with salt, {spice} and {spice}.", "Brown on all sides in hot {fat}.", "Lay the {vegetable} in a roasting tin and drizzle with {fat}.", "Roast for {minutes} minutes, basting with the juices.", "Turn once and cook for another {minutes} minutes.", "Deglaze the pan with {cups} of {sauce}.", "Scatter over the {herb} and a squeeze of lemon.", "Let rest for {minutes} minutes before carving."],
         ["Serve with {side} for {people}.", "Spoon the sauce over and serve with {side}.", "Serve warm."])
CAKE = (["{Fruity} cake", "{Nutty} biscuits", "{Fruity} tart with {nut}", "Plain sponge with {fruit}", "{Fruity} crumble", "Honey cake with {nut}"],
        ["Heat the oven to {oven} degrees and grease a tin.", "Beat {grams} g butter and {grams} g sugar until light and fluffy.", "Whisk in {people} eggs, one at a time.", "Sift {flour} g flour with {spoons} teaspoon of baking powder and fold in gently.", "Stir in the {fruit} and {grams} g of {nut}.", "Rub the butter into the flour with the fingertips.", "Pour the batter into the tin and smooth the top.", "Bake for {minutes} minutes until golden brown.", "Roll out the dough on a floured board.", "Add a pinch of salt and {spoons} teaspoon of {spice}."],
        ["Cool on a rack and dust with icing sugar.", "Leave in the tin for {minutes} minutes, then turn out.", "Serve with whipped cream."])
BREAD = (["White bread", "{Nutty} bread", "{Cheese} rolls", "{Herb} and onion bread", "Potato bread", "{Cheese} scones"],
         ["Dissolve the yeast in {cups} of warm {liquid}.", "Mix {flour} g flour with {spoons} teaspoon of salt in a bowl.", "Knead for {few} minutes until smooth and elastic.", "Cover with a cloth and leave to rise for {minutes} minutes.", "Knock back the dough and shape it into [a loaf|rolls|a ring].", "Work in the {nut} and the {herb}.", "Brush with {liquid} and sprinkle with {nut}.", "Bake at {oven} degrees for {minutes} minutes."],
         ["Tap the bottom: it is done when it sounds hollow.", "Eat while still warm with {fat}.", "Keeps for three days in a cloth."])
SALAD = (["{Main} salad with {herb}", "{Grain} salad with {main}", "{Main} with {cheese}", "Warm {grain} with {main}", "Pickled {main}"],
         ["Wash and thinly slice the {vegetable}.", "Cook {grams} g {grain} in salted water for {minutes} minutes and drain.", "Whisk {spoons} tablespoon of vinegar with {spice} and {fat}.", "Toss with the dressing and chill for {minutes} minutes.", "Crumble over {grams} g {cheese}.", "Fold in the chopped {herb}.", "Toast the {nut} in a dry pan.", "Bring the vinegar, sugar and {spice} to the boil."],
         ["Serve at room temperature.", "Serve with {side}.", "Scatter with {nut} and serve."])
EGGS = (["Omelette with {herb}", "{Main} omelette", "Pancakes with {fruit}", "Baked {grain} with {cheese}", "{Cheese} and {main} gratin"],
        ["Beat {people} eggs with {cups} of {liquid} and a pinch of salt.", "Melt a knob of butter in a frying pan.", "Pour in the mixture and cook over medium heat for {few} minutes.", "Flip and brown the other side.", "Grate {grams} g {cheese} over the top.", "Layer the {vegetable} and the {cheese} in a dish.", "Bake at {oven} degrees for {minutes} minutes until bubbling.", "Fill with {fruit} and fold over."],
        ["Slide onto a plate and serve at once.", "Serve hot with {side}.", "Dust with sugar and {spice}."])
NEEDS = ["Take {grams} g {main}, {grams} g {vegetable} and {spoons} spoon of {fat}.", "For {people} people.", "Serves {people}.", "You need {grams} g {main}, {cups} of {liquid} and a bunch of {herb}.", ""]
BREAD_NEEDS = ["Makes [one large loaf|two small loaves|twelve pieces].", "You need {flour} g flour, a packet of yeast and {cups} of {liquid}.", "Take {flour} g flour and {spoons} teaspoon of salt.", "For {people} people.", ""]
BAKING_NEEDS = ["Makes [twelve|sixteen|twenty] pieces.", "You need {flour} g flour, {grams} g sugar and {people} eggs.", "Take {flour} g flour, {cups} of milk and {people} eggs.", "For {people} people.", ""]

DISHES = [(SOUP, NEEDS), (ROAST, NEEDS), (CAKE, BAKING_NEEDS), (BREAD, BREAD_NEEDS), (SALAD, NEEDS), (EGGS, ["Serves {people}.", "For {people} people.", ""])]


def recipe(teller):
    """"Name. Needs. Three to five steps in their order. How it is served." """
    slots, draw = teller.slots, teller.random.sample
    slots["main"], second = draw(RECIPE_SLOTS["vegetable"], k=2)
    slots["vegetable"] = [slots["main"], second]
    for name in ("meat", "fish", "fruit", "nut", "cheese", "grain"):
        slots[name] = teller.pick(RECIPE_SLOTS[name])
    slots["herb"] = draw(RECIPE_SLOTS["herb"], k=2)
    (names, steps, endings), needs = teller.pick(DISHES)
    chosen = sorted(teller.random.sample(range(len(steps)), k=teller.pick([3, 3, 4, 5])))
    parts = [teller.pick(names) + ".", teller.pick(needs), *(steps[index] for index in chosen), teller.pick(endings)]
    return " ".join(teller.tell(part) for part in parts if part)
