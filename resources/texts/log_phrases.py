# SPDX-License-Identifier: GPL-3.0-or-later
"""The phrases of a ship's log of the eighteenth century."""


def split(text):
    return [part.strip() for part in text.split("|")]


LOG_SLOTS = dict(
    wind=split("N.|N. by E.|N.N.E.|N.E.|E.N.E.|E.|E. by S.|E.S.E.|S.E.|S.S.E.|S.|S. by W.|S.S.W.|S.W.|W.S.W.|W.|W. by N.|W.N.W.|N.W.|N.N.W."),
    hour=[str(n) for n in range(1, 13)], small=[str(n) for n in range(2, 10)], leagues=[str(n) for n in range(2, 15)], fathoms=[str(n) for n in range(7, 60)],
    count=split("two|three|four|five|six|eight|ten|twelve|a dozen"), miles=[str(n) for n in range(21, 180)],
    degrees=[str(n) for n in range(4, 59)], minutes=[str(n) for n in range(2, 59)],
    sail=split("topsails|main topsail|fore topsail|mizzen topsail|mainsail|foresail|jib|staysails|topgallant sails|spritsail|courses"),
    mast=split("main-mast|fore-mast|mizzen-mast|main topmast|fore topmast|bowsprit"), yard=split("main yard|fore yard|topsail yards|topgallant yards|cross-jack yard"),
    rope=split("main brace|fore sheet|cable|mizzen shrouds|main stay|tiller rope|hawser|jib halyard|fore tack"),
    ground=split("grey sand|coarse sand|black mud|soft ooze|broken shells|coral rock|fine white sand|small stones|blue clay"),
    officer=split("the captain|the master|the first lieutenant|the boatswain|the mate|the carpenter|the gunner|the surgeon|the purser|the master's mate|the cook|the sailmaker"),
    person=split("Mr. Hall|Mr. Weir|Mr. Gore|Mr. Pickering|Mr. Lewis|Mr. Banister|Mr. Orme|Mr. Tupper|Mr. Clarke"),
    seaman=split("John Reade|Wm. Dawson|Thos. Hardman|James Moody|Robt. Taylor|Henry Jeffs|Peter Flower|Saml. Evans|Isaac Parker|Benj. Cook|Geo. Nowell"),
    stores=split("beef|pork|bread|pease|oatmeal|butter|cheese|rum|beer|water|vinegar|flour|raisins"), work=split("rigging|sails|cables|boats|pumps|small arms|hammocks|casks|anchors"),
    boat=split("long-boat|pinnace|yawl|cutter|jolly-boat|barge"), vessel=split("a brig|a sloop|a schooner|a large ship|a Dutch ship|a French frigate|two sail|a strange sail|a snow|an English brig|a whaler|a fishing boat"),
    colours=split("English colours|Dutch colours|French colours|Spanish colours|no colours"),
    cape=split("the Cape|Cape Finisterre|Cape St. Vincent|Cape Horn|the Lizard|Start Point|Point Venus|Cape Farewell|the North Foreland|Cape Palliser|Beachy Head|Scilly"),
    island=split("the island|Madeira|Tenerife|St. Helena|Ascension|Barbados|Antigua|the Isle of May|Trinidada|Savage Island|a small island|the high land"),
    port=split("Plymouth|Spithead|the Downs|Lisbon|Batavia|Rio de Janeiro|Kingston|Halifax|Leith|Cork|Funchal"),
    birds=split("gannets|petrels|albatrosses|boobies|gulls|shags|man-of-war birds|tropic birds|ducks"), fish=split("porpoises|flying fish|bonitos|dolphins|whales|sharks|a large turtle|grampuses"),
    air=split("light airs|light breezes|gentle breezes|moderate breezes|fresh breezes|fresh gales|strong gales|hard gales|a fresh gale|a steady breeze|variable winds|squally weather|a stiff breeze"),
    sky=split("clear weather|fair weather|cloudy weather|hazy weather|thick weather|dark cloudy weather|rainy weather|fair and pleasant weather|foggy|some rain|drizzling rain|frequent squalls|a clear sky"),
    sea=split("a great swell from the {wind}|a large sea|a smooth sea|a short confused sea|a heavy head sea|a long swell|a following sea"),
    weekday=split("Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"),
)

WEATHER = [
    "{Air} from {wind}.", "{Air} from {wind} and {sky}.", "{Air} at {wind}, with {sky}.", "{Air} and {sky}; wind [from |at |]{wind}.", "First part, {air}; latter part, {air} with {sky}.",
    "[First|Middle] part {air} from {wind}, [latter|remainder] {sky}.", "Wind {wind}. {Air}, {sky}.", "{Air} from {wind} to {wind}, with {sea}.", "[Dead calm|Calm] and {sky}. At {hour} [A.M.|P.M.|] a breeze sprung up from {wind}.",
    "[In the morning|In the evening|At noon|At daylight|In the night|Towards noon|At sun-set] {air} from {wind}, with {sky}.", "The wind [shifted|veered|came round|backed] to {wind}, and blew {air}.", "{Air}, {sky}, and {sea}.",
    "The wind continuing at {wind} with {sea}.", "These 24 hours {air} from {wind} and {sky}.",
]
SAILING = [
    "At {hour} [A.M.|P.M.|] [took in|let out|shook out] the [first|second|third] reef of the {sail}.", "At {hour} took in the second reef.", "At {hour} [close-reefed|double-reefed|single-reefed|handed|furled|set] the {sail}.", "Handed the {sail} and brought to under the {sail}.", "The captain [hailed the {boat}|hove out a signal|ordered guns to be fired] and {small} minutes after we [tacked|made sail|hove to].", "Out all reefs and set the {sail}.",
    "At {hour} [tacked|wore ship|wore] and stood to the {wind}.", "[In the morning|At daylight|In the evening] made sail and stood to the {wind}.", "Split the {sail} and bent another.", "Carried away the {rope}[, which was soon spliced|; bent a new one|].", "Sprung the {mast}; the carpenter [fished|secured] it.", "Got down the {yard} and struck the topgallant masts.",
    "Steered {wind} by compass[, distance run {miles} miles|].", "Hove to at {hour} [till daylight|and sounded|with her head to the {wind}].", "In the morning [loosed the sails to dry|got up the {yard}|bent a new {sail}|unbent the {sail} to repair|set the studding sails].", "Stood off and on during the night under easy sail.", "Ran {miles} miles by the log upon a course {wind}.",
    "The captain ordered [the {sail} to be taken in|sail to be shortened|the ship to be put about|the helm to be put a-lee|all hands to be called].", "Shipped a sea which [stove|carried away|filled] the {boat}.", "At {hour} it blew so hard that we [struck the topgallant masts|could carry no sail|lay to under bare poles|scudded before it].",
]
EVENTS = [
    "Saw {vessel} to the {wind}[, standing to the {wind}|, showing {colours}|].", "At {hour} spoke {vessel} from {port}, [bound to {port}|{small} days out|all well].", "Saw several {birds} and {fish} about the ship.", "Caught {fish} [with hook and line|which was served to the people|].", "Passed some {seaweed}.", "[Departed this life|Died] {seaman}, seaman[, of a fever|, who was committed to the deep|].", "Punished {seaman} with [six|twelve|twenty-four] lashes for [drunkenness|theft|neglect of duty|disobedience|insolence].",
    "{Seaman} fell [overboard and was drowned|from the {yard} and broke his leg|down the hatchway and was much bruised].", "Found the ship to make {small} inches of water an hour; kept the pumps going.", "The captain [went on shore|came on board|took an observation|read divine service|examined the charts|mustered the people|read the articles of war] [at {hour}|at noon|in the forenoon|].", "The captain [and {person} went|sent {person}] in the {boat} to [sound|look for fresh water|examine the bay|find an anchorage|trade with the natives].",
    "{Officer} [reports|reported] {count} casks of {stores} [spoiled|leaked out|remaining|short of measure].", "Opened a cask of {stores}, contents {fathoms} pieces[, {small} short|].", "Served [{stores} and {stores}|fresh {stores}|half allowance of {stores}] to the ship's company.", "{Count} men on the sick list[ with the flux| with scurvy| with colds|].", "Fired {count} guns [as a signal|and hoisted our colours|which were not answered].", "Mustered at quarters and exercised the great guns and small arms.", "Performed divine service.",
]
WORK = [
    "People employed [about the {work}|in repairing the {work}|picking oakum|making plats and points|drying the {work}|stowing the hold|knotting yarns|filling water|cutting wood|scraping the sides].", "Employed [working up junk|setting up the rigging|occasionally|as necessary|about sundry jobs|airing the {sail}].", "Washed and smoked the ship between decks.", "{Officer} and his crew at work upon the {boat}.", "[Got|Hoisted] on board {count} casks of {stores} and {small} tons of water.", "The {boat} [returned|came off] with {stores} and {stores}.",
    "The {officerwork}", "{Person} and a party of men employed [cutting wood|filling water|brewing spruce beer|surveying the bay] on shore.", "Cleaned ship and dried the people's clothes.", "[In the morning|At {hour} A.M.] sent the {boat} on shore for [wood|water|greens|sand|fish].", "Overhauled the {work} and found the {rope} much chafed.",
]
LAND = [
    "Land {wind}, distant {leagues} leagues.", "{Cape} bore {wind}, distant {leagues} leagues.", "At {hour} saw the land bearing {wind}.", "At noon {cape} {wind}, distance about {leagues} leagues.", "The extremes of the land from {wind} to {wind}[, off shore {small} miles|].", "{Island} in sight from the mast-head, bearing {wind}.", "Sounded and had {fathoms} fathoms, {ground}.", "Sounded; no ground with {fathoms}0 fathoms of line.", "Anchored in {fathoms} fathoms, {ground}; {cape} {wind}.", "At {hour} came to with the [best bower|small bower|stream anchor] in {fathoms} fathoms.", "Weighed at {hour} and [made sail|worked out of the bay|warped out|stood to sea].", "No land in sight.",
    "Lat. by observation {degrees} deg. {minutes} min. [N.|S.]", "Latitude observed {degrees} {minutes} [North|South], longitude in {degrees} {minutes} [West|East].", "Course {wind}, distance {miles} miles; lat. {degrees} {minutes} [N.|S.]", "{Cape} {wind} {small} leagues. Variation {small} degrees {variation}.", "Moored with {fathoms} fathoms on each cable.", "Saw breakers a-head; wore and stood to the {wind}.",
]
LOG_SLOTS.update(seaweed=["rock weed", "gulf weed", "drift wood", "sea-weed"], variation=["easterly", "westerly"],
                 officerwork=["carpenter caulking the decks.", "sailmaker mending the {sail}.", "armourer at the forge.", "gunner drying powder.", "cooper setting up casks.", "boatswain fitting new {rope}.", "captain sent the {boat} to sound."])

LOG_PARTS = [(WEATHER, 0.93), (SAILING, 0.72), (EVENTS, 0.55), (WORK, 0.42), (LAND, 0.78)]
