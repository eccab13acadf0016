"""Homographs: names of places that mean something else most of the time, and the words that settle it.

They matter for the places of an atlas only: nobody chose those names one by one. All words here are
folded (no case, no accents), English and French together, because a feed may be either.
"""

SHORT = 4
"""A name of one word with so few letters (San, Bla, Kita, Nara) is as often another word, a name or an acronym."""

SHORTEST = 3
"""A name with fewer letters is never looked for."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER = _words("""
    about above actu after again against ainsi alors also although always among and another any aout apres april
    are aucun august aussi autre autres avant avec avril because been before being below between both but car
    cela celle celui cent center central centre ces cet cette ceux chaque chez cinq com combien comme comment
    could dans december decembre demain depuis dernier derniere derriere des deux deuxieme devant did dimanche
    dix does doing donc dont down during each east eastern eight elle elles encore enfin ensuite entre est etait
    etant etre eux even ever every february fevrier few first five for four friday from further had has have
    having hers hier him himself his how however http https huit ici ils info infos into its itself jamais
    january janvier jeudi juillet juin july june juste leur leurs lorsque lui lundi mai mais malgre march mardi
    mars may meme memes mercredi mine moins monday more most must myself near neither neuf never news nine nor
    nord north northern nos not notre nous november novembre now october octobre off once one only onto other
    others ouest our ours ourselves out over own par parce parmi partout pas pendant personne peu peut plus
    plusieurs pour pourquoi pourtant premier premiere puis quand quatre que quel quelle quelque quelques qui
    quoi rien same samedi sans saturday second selon sept september septembre ses seven she should since sinon
    six some somme son sont sous south southern souvent such sud sunday sur tandis tant tel telle ten than that
    the their theirs them themselves then there these they third this those though three through thursday thus
    today tomorrow tous tout toute toutes toward towards trois troisieme trop tuesday two under une until upon
    vendredi vers very via voici voila vos votre vous was way wednesday well were west western what when where
    whether which while who whom whose why will with within without would www yesterday yet you your yours zero
""")
"""Words of grammar, numbers, days, months and directions: no atlas makes a place of one of these."""

GUARDED = _words("""
    academy accord accueil action afrique agence agent agriculture airport alert alliance ambassade america
    ancien angle appel april arabe arbre armee arret article assembly attack attaque aube avenir avenue award
    bamba banana bandit banque baraka barrage base battle beach beacon beauty belle beton bible black blanc
    blanche block blocus bois bonne border borne boulevard branch bravo bridge brigade bright broad brown bureau
    cabane cabinet caisse calme camara camion campagne canal capital capitale cargo carriere cartel castle cause
    caution cedar cercle chaine chambre champ champion change chapel charge chase chateau chaud chef chemin
    cheval chief chinese christ church citadel civil clair clear climate coast colline colonel colonie combat
    comite comme commune compass concorde conseil constant contact control corner coton coulibaly council
    country courage cours court croix crown culture danger darling debat defense defi demba dembele depot desert
    diallo dialogue diarra dieng diplomate direct dolo doumbia droit eagle ecole economy edition eglise election
    embassy emergency emir empire energy enfant enquete equipe espoir etat ethiopie etoile europe evening
    exercise express faible falls famille farmer fatima federal femme ferme festival fete feuille finance fleur
    fleuve fofana force foret fork forum foundation fountain france free french front frontiere future garden
    gate gateway gendarme general gold gouvernement governor grace grand grande green group groupe guard guerre
    guinea haidara harbor harvest haute haven head health heart hero high hill hills historic holy home honor
    hope horizon hotel house human hunter imam importance independence indian international investment iron
    island issa jardin jeune joint jordan jour journal judge jungle justice kante keita king kingdom konate kone
    lady lagune lake lamine land large laurel leader leave lesson level liberal liberte liberty lieu light ligne
    limite lion little livre local loge logement longue lumiere lycee madame maiga main maire maison major mali
    malien manager marche mariam marie marine market martin mayor media medical memorial mercy meteo middle
    militaire military mine mineral minister ministre mission mobile model modern monde money montagne moral
    morning mosque moulin mountain moussa mouvement musee musique nation national nature neuf niger night noble
    noir noire normal northeast nouveau nouvelle oasis ocean office oiseau operation orange orient ouattara
    oumar page palace palais panorama paradise pardon parent parish parliament parti passage patience patrie
    patriot pause paysan peace people perle petit petite peuple phare pierre pilot pioneer place plage plaine
    plan plateau plaza point police politique pont port porte poste power prairie present president presse
    prince principal prison process produit progres project projet promise prophet prosperity province public
    puits quartier queen radio rapid reality rebel recolte record regime region relief renaissance republic
    reserve reunion riche ridge river riviere road robert roche rocher rouge route royal saison salif salle
    sanctuary sangare savane school science secours secret section security seine sekou senior service sidibe
    signal silence silver sissoko situation slaughter small social soir soldat soleil solidarite soumare source
    souverain special spirit spring springs square stade star state station stone story strong success summit
    sunshine support surprise sylla tall temple terrain terre terror tiger tonka tour toure tours tower town
    tradition train tranquille transition traore travail treasure tribune triomphe trouble truth uncle union
    unite unity universal university vallee valley verite vert verte victoire victory view villa village ville
    violence vision voix volunteer war warrior water welcome white wild winter wisdom woman wonder woods work
    world worth yellow young zone
""")
"""Common words, titles, and the family and first names that news from the region are full of."""

BETTER_KNOWN = {
    "abidjan": "CI", "abuja": "NG", "accra": "GH", "addis ababa": "ET", "alger": "DZ", "algiers": "DZ",
    "amman": "JO", "ankara": "TR", "asmara": "ER", "athens": "GR", "bagdad": "IQ", "baghdad": "IQ", "bamako": "ML",
    "bangui": "CF", "banjul": "GM", "barcelona": "ES", "beijing": "CN", "beirut": "LB", "berlin": "DE",
    "beyrouth": "LB", "bissau": "GW", "boston": "US", "brazzaville": "CG", "brussels": "BE", "bruxelles": "BE",
    "cairo": "EG", "casablanca": "MA", "chicago": "US", "conakry": "GN", "cotonou": "BJ", "dakar": "SN",
    "damas": "SY", "damascus": "SY", "delhi": "IN", "doha": "QA", "dubai": "AE", "dublin": "IE", "freetown": "SL",
    "gaza": "PS", "geneva": "CH", "geneve": "CH", "hague": "NL", "istanbul": "TR", "jerusalem": "IL",
    "johannesburg": "ZA", "kaboul": "AF", "kabul": "AF", "khartoum": "SD", "kiev": "UA", "kinshasa": "CD",
    "kyiv": "UA", "lagos": "NG", "le caire": "EG", "libreville": "GA", "lome": "TG", "london": "GB",
    "londres": "GB", "los angeles": "US", "luanda": "AO", "madrid": "ES", "malabo": "GQ", "manchester": "GB",
    "marseille": "FR", "mecca": "SA", "medina": "SA", "medine": "SA", "mogadishu": "SO", "monrovia": "LR",
    "montreal": "CA", "moscou": "RU", "moscow": "RU", "n djamena": "TD", "nairobi": "KE", "ndjamena": "TD",
    "new york": "US", "niamey": "NE", "nouakchott": "MR", "ouagadougou": "BF", "paris": "FR", "pekin": "CN",
    "philadelphia": "US", "porto novo": "BJ", "pretoria": "ZA", "rabat": "MA", "riyad": "SA", "riyadh": "SA",
    "rome": "IT", "sydney": "AU", "teheran": "IR", "tehran": "IR", "tokyo": "JP", "toronto": "CA", "tripoli": "LY",
    "tunis": "TN", "vatican": "VA", "vienna": "AT", "vienne": "AT", "warsaw": "PL", "washington": "US",
    "yaounde": "CM",
}  # fmt: skip
"""Cities that a report means without saying where they are; a village that is called so elsewhere is not meant."""

LONGER_NAMES = (
    "San Antonio", "San Diego", "San Fernando", "San Francisco", "San José", "San Juan", "San Lorenzo", "San Luis",
    "San Marco", "San Marino", "San Martin", "San Miguel", "San Pedro", "San Salvador", "San Sebastian", "San Siro",
    "San Suu Kyi", "Gao Xiaoping", "Gao Xingjian", "Nara Prefecture", "Kita Ward",
)  # fmt: skip
"""Names that begin like a short one and are another thing."""

BEFORE_A_PLACE = {
    "": (
        "in", "at", "near", "around", "outside", "inside", "towards", "beyond", "north of", "south of", "east of",
        "west of", "town of", "city of", "village of", "villages of", "district of", "region of", "province of",
        "locality of", "commune of", "area of", "outskirts of", "residents of", "mayor of", "governor of", "road to",
        "dans", "pres de", "pres d", "vers", "autour de", "nord de", "sud de", "est de", "ouest de", "entre",
        "ville de", "village de", "villages de", "cercle de", "commune de", "region de", "province de", "localite de",
        "prefecture de", "secteur de", "zone de", "habitants de", "maire de", "gouverneur de", "aeroport de", "axe",
        "localites de", "environs de", "alentours de", "peripherie de",
    ),
    "fr": ("à",),
    "es": ("en", "cerca de", "ciudad de"),
    "pt": ("em", "perto de", "cidade de"),
    "de": ("bei", "nahe", "nach", "stadt"),
    "it": ("a", "vicino a", "città di"),
}  # fmt: skip
"""Words after which a name is a place, by the item's language; those under "" are read in every item.

The French *à* is read only where the item says that it is French: without its accent it is an
English article.
"""
