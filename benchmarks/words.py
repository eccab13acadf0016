"""Words the benchmark's news is written with: own lists of English and French, and rules that inflect them.

Every list is in no order of frequency; :mod:`benchmarks.news` decides how often a word is used.
"""

from collections.abc import Iterable, Iterator
from itertools import product


def _cut(text: str) -> list[str]:
    return text.split()


EN_NOUNS = _cut("""
accord activist adviser agency agreement airbase aircraft airline airport airstrike alliance ally ambassador ambush
ammunition analyst appeal approach archive area army arrest arsenal article assault asset attack authority award
backer bag ballot bank banker barrack barrier base battalion battle beach benefit bid bill blackout blast blockade
bomb bomber border boycott branch breach brigade bridge broadcast budget building bulletin bus businessman camp
campaign candidate capital captain cargo carrier case casualty ceasefire cell centre ceremony chairman challenge
charge charity checkpoint chief child citizen city civilian claim clash clinic coalition coast collapse college column
commander commission committee community company complaint concern condition conference conflict congress consulate
contract convoy corridor cost council country coup court crackdown creditor crew crisis critic crop crossing crowd
currency curfew customer cyberattack dam deadline deal death debate debt decade decision decree defector defence
deficit delay delegate delegation demand demonstration deployment deputy desert detainee detention dialogue diplomat
director disease disorder dispute district doctor donor dozen driver drone drought earthquake economist economy editor
effort election embargo embassy emergency emissary employee engineer envoy epidemic escalation escort estimate
evacuation event evidence exchange executive exercise exile expert explosion export exporter factory failure family
farmer fear fence ferry fighter figure finding fire fisherman flight flood force forecast forest fort foundation front
frontier fuel fund funeral garrison gasfield general governor grain grenade grievance group guarantee guard guerrilla
gunman harbour harvest hearing helicopter highway historian holiday hospital hostage hotel house hurdle idea image
imam import incident incursion industry infection inflation informant injury inquiry inspector institute insurgent
interest interpreter interview invasion investigation investor invoice island issue jihadist jet job journalist
journey judge junta jurist kidnapper killing kingdom laboratory landmine language law lawmaker lawyer leader leaflet
league legislator lender letter level library lieutenant limit line loan lobby locality lorry loss machine magistrate
majority manoeuvre manufacturer map march market massacre mayor measure mediator medicine meeting member memo
mercenary message migrant militant militia mine miner minister ministry minority mission mob monitor month monument
mortar mosque motorcycle movement mutineer mutiny narrative nation negotiator neighbour network newspaper night notice
nurse observer offence offensive offer office officer official oilfield operation opponent opposition order
organisation outage outbreak outpost owner pact palace panel paper parade paramilitary pardon parent parliament
participant partner party passenger patient patrol peacekeeper penalty pension people period permit petition phone
photographer pilot pipeline plan plane platoon pledge plot police policy politician poll port position post power
prayer president pressure price priest prince prison prisoner problem procedure product programme project promise
proposal prosecutor protest protester province provision purchase purge quarter quarry question queue quota radar raid
railway rally ranger ransom rate reactor rebel rebellion reception recession record recruit referendum reform refugee
refusal regime region regulator reinforcement relative release remark reporter representative request rescue
researcher reserve residence resident resolution resource restriction result retreat review reward rifle right riot
risk ritual river road roadblock rocket route ruler rumour runway sabotage saboteur sailor salary sanction satellite
scandal scheme scholar school scientist sea season secretary sector sentence sergeant service session settlement
settler shareholder shelling shelter ship shipment shop shortage shot siege signal site sniper society soldier source
spokesman squad stadium staff station statement stock stockpile storm strategy street strike striker student submarine
subsidy summit supplier supply supporter surgeon surplus survey survivor suspect suspension swap sympathiser tank
tanker target tariff tax teacher technician tension tent terminal territory terrorist testimony threat ticket timber
title ton tour tourist town trade trader trafficker train transfer transition treaty trial tribe tribunal troop truce
truck tunnel tutor union unit university unrest uprising vaccine valley vehicle vendor verdict veteran victim victory
village villager violation visit visitor volunteer vote voter wage war warehouse warehouseman warlord warning warrant
warship waterway weapon week well wife winner withdrawal witness woman worker workshop wound wreck year youth zone
""")

EN_VERBS = _cut("""
abandon abolish accept accompany accuse acknowledge acquit address admit adopt advance advise affect aim airlift
allege allow ambush amend announce answer appeal appoint approach approve argue arm arrest ask assault assemble assess
assist assure attack attempt attend avoid await back ban bar blame block blockade bomb bombard boost boycott brief
bury call campaign cancel capture celebrate challenge change charge chase check claim clash clear close collapse
command comment commit compare complain complete concede conclude condemn confirm confiscate confront consider consult
contact contain continue control convert convict cooperate cover crack criticise cross crush damage debate decide
declare decline decrease defend delay deliver demand demonstrate denounce deny depart deploy describe desert destroy
detain detect deteriorate detonate devastate devote dictate disagree disappear discover discuss dismantle dismiss
dispatch displace dissolve divert donate double doubt down drop earn ease elect embrace emerge enforce engage enter
equip escape escort establish estimate evacuate evaluate examine exchange execute exile expand expect expel explain
explode export extend extradite face fail favour fear film finance fine finish fire flank flood follow force forecast
free fuel gather govern grab grant greet guarantee guard halt hamper hand happen harass harden head help hijack hope
host identify ignore impose improve increase indicate infiltrate inflict inform inherit injure inspect install
instruct insult interrupt intervene intensify invade invest investigate invite issue jail join justify kidnap kill
label lack land launch liberate lift limit link list load lock loot lower manage march mention merge mobilise monitor
move murder mutiny name negotiate note notify nominate obey obtain occupy offer open operate oppose order organise
oust outlaw outline overlook patrol pause persuade pillage place plan pledge plunder point poison post postpone praise
prepare present press prevent proclaim produce promise promote propose prosecute protest provide provoke publish
punish purge pursue push question quote raid raise ransack ratify reach react reassure rebuff recall receive recognise
recommend recover recruit reduce refuse regain regret reinforce reject relaunch release remain remove renew reopen
repair replace report represent reproach repulse request require rescue resign resist resolve restore resume retain
retreat return reveal review revoke revolt reward roam rule rush sabotage sack salute save scatter scrap seal search
secure seize sentence settle shell shelter shift signal slam slow smash smuggle stage start station stop storm strand
strengthen stress subdue submit suffer suggest summon supply support suppress surrender surround surveil survive
suspect suspend target tax tempt test threaten torch torture touch trace track transfer transport trap travel treat
trigger unveil update uphold urge use vacate vandalise venture veto view violate visit volunteer vote vow wait walk
want warn wave weaken welcome widen withhold witness work worry wound wreck yield
""")

EN_ADJECTIVES = _cut("""
abrupt absolute academic accused active acute aerial alleged ambitious ancient annual anonymous armed autonomous
bitter bloody brutal calm cautious central chaotic chronic civil clandestine classified coastal colonial commercial
complete complex confident constant constitutional continental corrupt costly covert critical crucial cultural current
daily dangerous dead deadly deep defensive definitive deliberate democratic desperate diplomatic direct disastrous
discreet distant domestic dominant dramatic drastic dry durable eastern economic effective efficient electoral elite
empty energetic entire environmental essential ethnic exact exceptional exclusive external extreme fair fatal federal
fierce final financial firm fiscal forceful foreign formal fragile free fresh frequent full further genuine global
grave harsh heavy historic hostile huge humanitarian hungry illegal immediate immense imminent impartial important
impossible inclusive independent indirect industrial informal initial inland intense internal international isolated
joint judicial key large lasting late latest legal legitimate limited local logistical loyal main major marginal
maritime massive medical mental military mobile moderate modern monetary moral mutual national native naval necessary
negative neutral new nominal northern notable nuclear obvious offensive official open operational ordinary overall
partial passive peaceful permanent persistent plausible political poor popular positive possible potential powerful
practical precise preliminary present previous private prominent prompt provisional public quick quiet radical random
rapid rare ready recent regional regular relative religious remote responsible rival rural sacred safe scarce secret
secular senior separate serious severe sharp shocking significant silent similar slow social solid southern sovereign
special stable state steep strategic strict strong structural sudden sufficient suspicious swift symbolic tactical
temporary tense terrible thorough tight total traditional tragic transparent turbulent unanimous unclear unilateral
unknown unlikely unprecedented unstable urban urgent vague valid vast verbal vicious violent vital volatile vulnerable
wary weak western widespread worried young
""")

FR_MASCULINE = _cut("""
accord acheminement activiste aérodrome aéroport agent agriculteur allié ambassadeur analyste appel approvisionnement
appui armement arrêté article assaillant assaut atelier attentat avertissement avion avocat axe baccalauréat bandit
banquier barrage bataillon bâtiment belligérant bénéfice bilan blessé blindé blocage blocus bombardement bureau
cadavre cadre camion camp candidat captif carburant cas centre cercle cessez-le-feu champ chantier chauffeur chef
chercheur choix chômage citoyen civil cœur combat combattant comité commandant commandement commerçant commerce
commissaire commissariat communiqué complice complot compromis compte concert conducteur conflit congrès conseil
conseiller consul contingent contrat contrôle convoi correspondant corps couloir coup courrier coût couvre-feu
créancier crédit crime cyclone débat décès décret défilé dégât délai délégué déminage démenti déminé départ déplacé
député désaccord désert désarmement détachement détenu détournement diplomate directeur dirigeant discours dispositif
district dollar don donateur dossier douanier drapeau drone droit écart échange échec économiste éditorial effectif
effort effondrement électeur élève éleveur embargo émissaire emploi emprunt enfant engagement engin enlèvement enjeu
enquêteur enseignant entretien envoi envoyé équipage équipement espace espoir essai état événement examen exercice
exil expert explosif exportateur fait fermier feu fleuve fléau foyer fonctionnaire fonds forage franc front fugitif
fusil garde gazoduc gendarme général geste gisement gouvernement gouverneur groupe habitant hangar haut-fonctionnaire
hélicoptère hémicycle homologue hôpital hôtel imam immeuble impact impôt incendie incident indice industriel infirmier
ingénieur insurgé intérêt intermédiaire interprète investissement investisseur islamiste itinéraire jihadiste jour
journal journaliste juge jugement lac lait lancement leader lieutenant lieu littoral logement lycée magistrat maintien
maire majeur mandat manifestant manque marabout marché mariage massacre matériel mécanisme médecin médiateur membre
mercenaire message migrant milicien militaire militant minerai ministère ministre missile mobile monument mois monde
mouvement musée mutin navire négociateur niveau nomade notable objectif observateur obstacle obus officier opérateur
opposant orage ordre organe organisme orphelin otage ouragan ouvrage ouvrier palais paludisme parlement partenaire
parti passage passager patron patrouilleur pays paysan péage pêcheur pétrole peuple pillage pilote piège plan point
policier pont port porte-parole poste pouvoir préfet président prêtre principe prisonnier prix problème procès
procureur produit professeur programme projet pronostic protocole puits putsch putschiste quartier quota rabais radar
raid rail ralliement rapatriement rapport rassemblement ravisseur ravitaillement rebelle recensement recours
recrutement recul référendum réfugié refus régime règlement renfort renseignement repli report représentant réseau
réserviste résident responsable ressortissant retard retour retrait riverain riz sabotage salaire sanctuaire satellite
scrutin secours secrétaire secteur séisme séjour sénateur service seuil sit-in site soldat sommet sondage soulèvement
soupçon soutien spécialiste stade statut stock suspect syndicat tarif témoin témoignage temps terrain territoire
terroriste tir titre traité trafic trafiquant train traitement trajet transfert transport transporteur travail
tribunal trimestre tunnel usager vaccin vainqueur véhicule vendeur verdict versement village villageois virus visa
visiteur vivre voisin vol volontaire vote voyage voyageur
""")

FR_FEMININE = _cut("""
accusation action administration adoption affaire agence agression aide alerte alimentation alliance ambassade
ambition ambulance amnistie analyse annonce année arme armée arrestation arrivée assemblée assistance association
attaque attente audience augmentation autorité autoroute avancée baisse banque barrière base bataille bavure bombe
bourgade bourse brigade brousse caisse campagne candidature capitale capture caravane caserne cause ceinture cellule
centrale cérémonie chaîne charge cible citerne circulation coalition collecte colline colonne commission commune
communauté compagnie concession condamnation conférence confiance confirmation conséquence constitution consultation
contestation convention coopération côte cour coupure crainte crise croissance date débâcle décision déclaration
défaite défense délégation délivrance demande démission dépêche dépense désertion destination détention détresse dette
dictature diplomatie direction discussion disparition dissolution division douane durée eau échéance école économie
écoute élection embuscade émeute enquête entente entrée entreprise épidémie équipe escalade escorte essence étape
étude évacuation évaluation exécution expédition expertise explosion expulsion extradition faction faillite famille
famine fermeture filière flambée flotte foire force forêt formation forteresse foule fouille frappe frégate frontière
fuite fusillade garantie garnison gare gendarmerie gestion grenade grève guerre guérilla halte hausse hostilité île
image immunité impasse importation incertitude incursion indemnité industrie inflation influence infraction inondation
inquiétude insécurité instabilité installation institution insurrection intervention interview invasion issue jeunesse
journée junte juridiction justice katiba ligne ligue liberté libération liste livraison localité loi lutte main mairie
maladie manifestation manœuvre marche marine mauvaise médiation menace mer mesure milice mine mission mobilisation
moisson montagne monnaie mort mosquée moto motion mutinerie nation négociation nomination note nouvelle nuit
observation occasion occupation offensive offre ONG opération opinion opposition organisation paix panne parole
parcelle partie patrouille pauvreté peine pénurie pension période perquisition personne perte peur pétition peuplade
piste place plage plainte plaine plateforme police politique pompe population porte position possibilité poudre
poursuite précision préfecture présence présidence présidentielle presse pression preuve prière prime prise prison
procédure production progression promesse proposition protection province purge question queue raffinerie rançon
rébellion récolte recherche récompense réconciliation reconnaissance rédaction réforme région règle relation relève
remise rencontre rente reprise république requête résidence résistance résolution ressource restriction réunion
revendication révolte revue richesse rivière rixe roquette route rue rumeur rupture saison sanction santé sécheresse
secousse sécurité semaine sentence séparation série session signature situation société soirée solution somme sortie
source station stratégie structure succession suite suspension table tactique taxe télévision tempête tendance tension
tentative terre tête torture tour tournée trace traite trahison tranchée transition trêve tribu tribune troupe tuerie
unanimité union unité université urgence urne usine vallée vague variole veille vente victime victoire ville violation
violence visite voie voiture voix zone
""")

FR_VERBS = _cut("""
abandonner abattre abriter accepter accompagner accorder accuser acheter adopter adresser affirmer affronter aggraver
aider ajouter alerter alimenter amener annoncer annuler appeler appliquer apporter approcher approuver appuyer armer
arracher arrêter arriver assassiner assiéger assister assurer attaquer attester attribuer augmenter autoriser avancer
aviser baisser barrer blesser bloquer bombarder bouleverser bousculer braquer briser brûler cacher camper capturer
causer céder célébrer cesser changer charger chasser chercher circuler citer clamer clôturer combler commander
commencer commenter communiquer comparer compenser compliquer compter concentrer concerner condamner confirmer
confisquer consacrer conseiller considérer constater consulter contacter contester continuer contourner contrôler
convaincre convoquer coûter couper créer creuser crier critiquer débarquer débattre débloquer décéder décider déclarer
déclencher décliner décoller décréter dégager déjouer délivrer demander demeurer déminer démissionner démontrer
dénoncer dépasser déplacer déplorer déployer déposer dépouiller déraper déranger désarmer désigner détailler
déterminer détourner détruire développer dévoiler dialoguer diffuser diminuer diriger discuter disperser disposer
dissiper dominer donner doter doubler douter durer échanger échapper échouer éclater écarter écouter écraser édicter
effectuer élaborer éliminer éloigner embarquer embaucher emmener empêcher employer emporter encadrer encaisser
encercler encourager endommager engager enlever enregistrer enterrer entourer entraîner envisager envoyer épargner
équiper ériger escorter espérer essayer estimer étouffer étudier évacuer évaluer éviter évoquer examiner exécuter
exercer exhorter exiger expliquer exploiter exploser exporter exposer exprimer expulser fabriquer faciliter féliciter
fermer filmer financer fixer forcer former fouiller franchir frapper fusiller gagner garder geler gérer gouverner
grimper guetter guider habiter harceler hausser hésiter heurter hospitaliser ignorer immobiliser impliquer imposer
incendier indiquer infiltrer informer inquiéter insister inspecter installer instaurer interpeller interroger
intervenir inviter isoler juger jurer justifier lâcher laisser lancer libérer limiter livrer loger lutter maltraiter
mandater manifester manquer marcher marquer massacrer menacer mener miner mitrailler mobiliser modifier monter montrer
motiver multiplier mutiler nécessiter négocier neutraliser nier nommer noter notifier obliger observer occuper opérer
opposer ordonner organiser ouvrer pardonner parler partager participer passer patienter patrouiller payer pénétrer
perpétrer persister perturber piéger piller placer plaider planifier pleurer porter poser posséder poster pousser
précipiter préciser préconiser prélever préparer présenter presser prier priver proclamer procurer profiter progresser
projeter prolonger proposer protéger prouver provoquer publier quitter racheter raconter rallier ramasser ramener
ranger rappeler rassembler rassurer ravager ravitailler réaliser recenser réclamer reconquérir recruter reculer
redouter refuser regagner regretter rejeter relancer relâcher relayer relever remarquer remplacer remporter renforcer
renoncer renverser réparer repérer replier reporter repousser représenter réprimer réquisitionner réserver résister
respecter rester retarder retirer retourner retrouver révéler revendiquer révoquer risquer ruiner saboter saluer
sanctionner sauter sauver séjourner sembler séparer signaler signer situer solliciter souhaiter souligner stationner
stopper subsister suggérer supposer supprimer surveiller suspecter témoigner tenter terminer tester tirer tolérer
tomber torturer toucher tourner traiter transférer transmuter transporter traquer traverser trembler tromper trouver
tuer utiliser vaciner valider veiller verser violer viser visiter voler voter voyager
""")

FR_ADJECTIVES = _cut("""
absolu accru actif actuel administratif aérien africain agricole aigu alimentaire amer ancien annuel anonyme apparent
armé autonome bas bilatéral bref brutal budgétaire calme capital central certain chaotique chargé civil clair
clandestin climatique colonial commercial communal complet complexe compliqué concret confus constant constitutionnel
content continu correct courant court criminel critique crucial culturel dangereux décisif défavorable définitif
délicat démocratique départemental désastreux désert dernier difficile diplomatique direct discret disponible divers
douloureux dramatique dur durable économique écrasant effectif efficace électoral élevé énergétique énorme entier
environnant essentiel étranger étroit éventuel évident exceptionnel exclusif extérieur extraordinaire extrême faible
familial fatal favorable fédéral ferme final financier fiscal foncier fort fragile fréquent frontalier futur général
grand gratuit grave gros habituel hebdomadaire historique honnête hostile humanitaire humain illégal immédiat imminent
important impossible imprévu inattendu incertain inclusif indépendant indirect industriel inédit infini initial
inquiet insuffisant intense interdit intérieur international intime inutile isolé jeune judiciaire juridique large
légal léger lent libre limité local logistique loin long lourd loyal majeur maritime massif mauvais médical mensuel
meurtrier militaire minier mineur moderne modeste mondial monétaire moral mort multilatéral municipal mutuel national
naval nécessaire négatif net neutre nocturne nombreux normal notable nouveau nucléaire numérique obscur officiel
opérationnel ordinaire pacifique parallèle partiel pauvre permanent persistant pétrolier policier politique populaire
portuaire possible précaire précédent précis préliminaire premier présidentiel pressant présumé principal prioritaire
privé probable prochain profond progressif propre prudent public puissant radical rapide rare récent régional régulier
religieux répété responsable restreint réticent rigoureux rival routier rural saint sanglant sanitaire scolaire sec
secret sensible sérieux sévère significatif social solide souverain spécial spontané stable stratégique strict
structurel subit suffisant suprême sûr suspect symbolique tactique technique temporaire tendu terrible territorial
total traditionnel tragique tranquille tribal triste unanime unilatéral unique universel urbain urgent usé vague
valable vaste verbal vieux violent vital vivant volontaire vulnérable
""")

LOOSE = {
    "en": _cut(
        "de-escalation post-coup anti-terrorist pre-election counter-offensive non-aligned Sahel-based well-armed "
        "Russian-backed two-thirds re-election cross-border long-term ex-president sub-regional pro-government "
        "counter-terrorism anti-government peace-building state-owned cease-fire by-election co-operation"
    ),
    "fr": _cut(
        "contre-attaque désescalade post-électoral anti-terroriste pré-accord non-alignés sous-préfet ex-président "
        "demi-tour main-d’œuvre manœuvre œuvre vœux nœud sous-région contre-terrorisme porte-avions chef-lieu "
        "sœurs haut-gradé vice-président après-midi là-bas peut-être rendez-vous cœur bœufs pro-russe"
    ),
}
"""Words whose hyphens, prefixes and ligatures a matcher must treat well."""

_ONSETS = _cut("B D F G K L M N S T W Y Dj Kou Sa Ba Di Fa Ga Ka Ma Na Ta Mb Nd Ny Sé Ké Té Gué Tch Ou Dan Zan Kor Bou")
_MIDDLES = _cut("a é i o ou an in on am ari ali éla imb oro ana ssa kou dou lé ri go bé ndé llé mba ka da na ra")
_ENDS = _cut("ba ko ra ré dou gou la té ga ma na kan li so ta ya mé ni bo sé wa kro do ville bougou dji né ssi")

_FIRST = _cut(
    "Amadou Moussa Ibrahim Fatoumata Aïssata Oumar Adama Mariam Seydou Kadiatou Boubacar Salif Aminata Cheick Hawa "
    "Jean Pierre Marie Paul Jacques Élise François Hélène Luc André Zoé Émile Noël Chloé Benoît John Mary Peter Anne "
    "David Susan Mark Helen James Ruth Alan Grace Victor Rosa Ivan Olga Sergei Anna Yusuf Leïla Karim Samira Omar Nadia"
)

_BEFORE = _cut("trans con pro in ex per sub re ab dis intro circum super")
_ROOTS = _cut(
    "duct ject miss posit script spect tract vers voc form press port struct cess fer mit cept tens curs grad"
)
_LEARNED_ENDS = {"en": _cut("ion or ure ance ism ist"), "fr": _cut("ion eur ure ance isme iste")}

_PREFIXES = {
    "en": ("re", "pre", "inter", "over", "under", "out", "mis", "un"),
    "fr": ("re", "pré", "inter", "sur", "sous", "dé", "ré", "mal"),
}

_TITLES = {
    "en": _cut("colonel captain minister professor governor imam mayor"),
    "fr": _cut("colonel capitaine ministre professeur gouverneur imam maire"),
}


def first_names() -> list[str]:
    """Return given names, in both languages the same."""
    return list(_FIRST)


def ranks(lang: str) -> list[str]:
    """Return the words that stand before a person's name."""
    return _TITLES[lang]


def invented_names() -> Iterator[str]:
    """Yield some twenty thousand names of people and places that do not exist, all different."""
    seen = set()
    for parts in product(_ONSETS, _MIDDLES, _ENDS):
        name = "".join(parts)
        if name not in seen:
            seen.add(name)
            yield name


def en_plural(noun: str) -> str:
    """Return the regular plural of an English noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun[:-3] + "men" if noun.endswith("man") else f"{noun}s"


def en_forms(verb: str) -> tuple[str, str, str]:
    """Return past tense, third person and -ing form of an English verb, as the regular rules make them."""
    if verb.endswith("e"):
        return f"{verb}d", f"{verb}s", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied", f"{verb[:-1]}ies", f"{verb}ing"
    third = f"{verb}es" if verb.endswith(("s", "x", "ch", "sh")) else f"{verb}s"
    return f"{verb}ed", third, f"{verb}ing"


def fr_plural(noun: str) -> str:
    """Return the regular plural of a French noun or adjective."""
    if noun.endswith(("s", "x", "z")):
        return noun
    if noun.endswith(("eau", "eu")):
        return f"{noun}x"
    return f"{noun[:-2]}aux" if noun.endswith("al") else f"{noun}s"


def fr_feminine(adjective: str) -> str:
    """Return the regular feminine of a French adjective."""
    for end, other in (("er", "ère"), ("eux", "euse"), ("if", "ive"), ("el", "elle"), ("ien", "ienne"), ("e", "e")):
        if adjective.endswith(end):
            return adjective.removesuffix(end) + other
    return f"{adjective}e"


def fr_forms(verb: str) -> tuple[str, ...]:
    """Return present, imperfect and participles of a French verb, as the rules of the first group make them."""
    stem = verb[:-2]
    soft = f"{stem}e" if stem.endswith("g") else stem
    return (f"{stem}é", f"{stem}ée", f"{stem}és", f"{stem}e", f"{stem}ent", f"{soft}ait", f"{soft}aient", f"{soft}ant")


def learned(lang: str) -> Iterator[str]:
    """Yield words as the learned half of both languages builds them from Latin parts; not all of them exist."""
    for before, root, end in product(_BEFORE, _ROOTS, _LEARNED_ENDS[lang]):
        yield before + root + end


def derived(stems: Iterable[str], lang: str) -> Iterator[str]:
    """Yield longer words made of *stems* and prefixes, the rare words of a vocabulary."""
    for stem, prefix in product(stems, _PREFIXES[lang]):
        yield prefix + stem
