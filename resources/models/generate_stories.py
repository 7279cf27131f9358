#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the text that the bundled nano models are trained on: one story or note a line.

    python3 generate_stories.py --rows 30000 --seed 1 --out ../../build/stories.txt

The same seed gives the same bytes. The words are in story_words.py, the plots in
story_plots.py, the plain everyday notes in everyday_notes.py.
"""

import argparse
import sys
from pathlib import Path

import story_plots
import story_words as words
from everyday_notes import NOTE_SLOTS, NOTES
from phrasing import Teller

PRONOUNS = {
    "he": dict(he="he", him="him", his="his", himself="himself"),
    "she": dict(he="she", him="her", his="her", himself="herself"),
}
FAMILY = [("mother", "she"), ("father", "he"), ("grandmother", "she"), ("grandfather", "he"), ("aunt", "she"),
          ("uncle", "he"), ("big sister", "she"), ("older brother", "he")]
LANDMARKS = ["sea", "river", "forest", "lake", "old mill", "harbour", "hill", "church", "bridge", "windmill", "castle", "coast"]
NOTE_SHARE = 0.38        # of the rows; they are shorter than the stories: about 13 % of the text
INTERLUDE_SHARE = 0.16   # of the gaps between two beats
SINGULAR_INGREDIENTS = {"flour", "sugar", "butter", "salt", "milk", "honey", "cheese", "ginger", "cream", "rice", "vanilla", "syrup",
                        "yeast", "parsley", "pepper"}


class Character:
    """One who acts: a name, what he or she is, and the words that stand for both."""

    def __init__(self, teller, kind, taken):
        draw = teller.pick
        self.kind = kind
        self.gender = draw(["he", "she"])
        human_names = words.GIRLS if self.gender == "she" else words.BOYS
        if kind == "child":
            self.noun, names = ("girl" if self.gender == "she" else "boy"), human_names
        elif kind == "animal":
            self.noun, names = draw(words.ANIMALS), words.PET_NAMES + human_names
        else:
            self.noun, names = draw(words.WORKERS), human_names
        self.adjective = draw(words.OLD_ADJECTIVES if kind == "worker" else words.ADJECTIVES)
        self.name = draw([name for name in names if name not in taken])
        taken.add(self.name)

    def reference(self, teller):
        return self.name if teller.random.random() < 0.75 else f"the {self.noun}"


class Friend(Character):
    """A character whom no opening introduces: the first mention says who it is."""

    met = False

    def reference(self, teller):
        if self.met:
            return super().reference(teller)
        self.met = True
        told = f"{self.name} the {self.noun}" if self.kind != "child" else self.name
        return teller.pick([self.name, told, f"{teller.slots['his']} friend {self.name}"])


def cast(teller, plot):
    """Fills the slots of hero, friend and helper; returns the hero."""
    slots, taken = teller.slots, set()
    hero = Character(teller, teller.pick(plot.heroes), taken)
    if plot.ship_captain and hero.noun == "captain":
        hero.noun = "baker"
    while True:
        friend = Friend(teller, hero.kind if hero.kind != "worker" else teller.pick(["child", "worker"]), taken)
        if friend.noun not in (hero.noun, "captain" if plot.ship_captain else None):
            break
        taken.discard(friend.name)
    slots.update(PRONOUNS[hero.gender], name=hero.name, noun=hero.noun, adjective=hero.adjective,
                 hero=lambda: hero.reference(teller), fname=friend.name, friend=lambda: friend.reference(teller))
    for key, word in PRONOUNS[friend.gender].items():
        slots["f" + key] = word
    if teller.random.random() < 0.6 and hero.kind != "worker":
        relation, gender = teller.pick(FAMILY)
        slots["helper"] = f"{slots['his']} {relation}"
    else:
        gender = teller.pick(["he", "she"])
        title = teller.pick(["Mr.", "old Mr."] if gender == "he" else ["Mrs.", "old Mrs.", "Miss"])
        slots["helper"] = f"{title} {teller.pick(words.SURNAMES)}"
    for key, word in PRONOUNS[gender].items():
        slots["h" + key] = word
    return hero


def set_the_scene(teller, plot):
    """Fills the slots of place, weather, thing, dish, skill and the small words."""
    slots, draw = teller.slots, teller.pick
    place = words.PLACES[draw([key for key, entry in words.PLACES.items() if entry["kind"] in plot.places or key in plot.places])]
    weather = draw(plot.weathers)
    slots.update(place=place["the"][4:], there=place["at"], to=place["to"], sight=place["sights"], sound=place["sounds"], spot=place["spots"],
                 spot_home=words.PLACES["house"]["spots"], weather=words.WEATHER[weather], outside=draw(["to the meadow", "fishing", "to the beach"]))

    thing = draw([name for name, entry in words.THINGS.items() if entry[0] in plot.things])
    _, looks, use, result = words.THINGS[thing]
    slots["thing"], slots["use"], slots["result"] = thing, use, result
    slots["fine thing"] = f"{draw(looks.split('|'))} {thing}"
    slots["the thing"] = f"the {thing}"
    slots["used"] = "played with it"
    slots["fine book"] = draw(["thick old book", "book of fairy tales", "little blue book"])

    dish, ingredients, step, outcome = draw(words.DISHES)
    slots.update(dish=dish, cookstep=step, dishresult=outcome, fish_dish="fish stew", food_dish=draw(["a honey cake", "an apple pie", "a plum cake"]))
    slots["dishname"] = dish.removeprefix("a ").removeprefix("an ").removeprefix("loaf of ")
    slots["ingredients"] = ", ".join(ingredients[:-1]) + " and " + ingredients[-1]
    plain = [item for item in ingredients if item in SINGULAR_INGREDIENTS] or ["salt"]
    slots["missing"] = draw(plain)
    if slots["missing"] == "salt" and "salt" not in ingredients:
        slots["ingredients"] = ", ".join(ingredients) + " and salt"

    skill, failure, advice, success = draw(words.SKILLS)
    slots.update(skill=skill, fail=failure, advice=advice, success=success)

    slots.update(
        food=words.FOODS, number=words.NUMBERS, colour=words.COLOURS, weekday=words.WEEKDAYS, month=words.MONTHS, ship=draw(words.SHIPS),
        ordinal=["second", "third", "fourth", "fifth"], daytime=["morning", "afternoon", "evening"], season=draw(["spring", "summer", "autumn", "winter"]),
        landmark=draw(LANDMARKS), wind=["gust of wind", "sudden wind"], seller=["seller", "old woman", "man at the stall"],
        building=draw(["tree house", "raft", "bridge", "hut", "tower"]), pet=draw(["kitten", "hedgehog", "puppy", "fawn", "duckling", "bird", "rabbit"]),
        petname=draw(words.PET_NAMES), dont_cry=["Do not cry,", "Do not worry,", "Cheer up,"],
        friend2=f"{draw(['Mr.', 'Mrs.'])} {draw(words.SURNAMES)}",
        family=["{his} mother", "{his} father", "{his} grandmother", "{his} parents", "{his} mother and {number} sisters", "{his} grandfather and a cat"])
    if weather == "snowy":
        slots.update(month=words.WINTER_MONTHS, season="winter")
    slots.update(plot.extra)


def story(teller):
    plot = teller.pick(story_plots.PLOTS)
    set_the_scene(teller, plot)
    hero = cast(teller, plot)
    opening = "captain" if hero.noun == "captain" else hero.kind
    parts = [teller.tell(teller.pick(story_plots.OPENINGS[opening]))] if teller.random.random() < 0.9 else []
    for index, beat in enumerate(plot.beats):
        if index > 1 and teller.random.random() < INTERLUDE_SHARE:
            parts.append(teller.tell(teller.pick(story_plots.INTERLUDES)))
        parts.append(teller.tell(teller.pick(beat)))
    parts.append(teller.tell(teller.pick(story_plots.ENDINGS[teller.pick(plot.endings)])))
    return " ".join(" ".join(parts).split())


def note(teller):
    """A row in another register: a rule, a fact, a sum, a timetable, a letter, the weather."""
    teller.slots = dict(NOTE_SLOTS)
    teller.slots.update(PRONOUNS[teller.pick(["he", "she"])])
    count = teller.random.randint(3, 7)
    register = teller.pick(list(NOTES.values()))
    seen, parts = set(), []
    for _ in range(count):
        template = teller.pick(register)
        if template not in seen:
            seen.add(template)
            parts.append(teller.tell(template))
    return " ".join(" ".join(parts).split())


def rows(count, seed):
    teller = Teller(seed)
    for _ in range(count):
        teller.slots = {}
        yield note(teller) if teller.random.random() < NOTE_SHARE else story(teller)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=30000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="the file to write; without it, standard output")
    arguments = parser.parse_args()
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
    out = arguments.out.open("w", encoding="ascii", newline="\n") if arguments.out else sys.stdout
    for row in rows(arguments.rows, arguments.seed):
        out.write(row + "\n")


if __name__ == "__main__":
    main()
