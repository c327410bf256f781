package catalogue

// tongue is what the drawn instances of one language are made of. A title is opener, noun and closer: every noun fits
// every opener and closer.
type tongue struct {
	code                    string // ISO 639-2/B
	openers, nouns, closers []string
	surnames, forenames     []string
	body, meeting           string // followed by a noun
	places, publishers      []string
	pages, edition          string // pages follows a number
	series                  string // followed by a number
}

var english = tongue{
	code: "eng",
	openers: []string{
		"A short history of ", "Notes on ", "The secret life of ", "Conversations about ", "In praise of ",
		"A field guide to ", "Learning from ", "Letters about ", "The economics of ", "An atlas of ", "Beyond ",
		"Rethinking ", "Songs of ", "The quiet art of ", "Collected essays on ", "A handbook of ", "Everyday ",
		"Inventing ", "Mapping ", "Two lectures on ", "Living with ", "The trouble with ", "Drawing ", "Remembering ",
	},
	nouns: []string{
		"lighthouses", "night trains", "small gardens", "winter markets", "paper maps", "river ferries",
		"mountain huts", "public clocks", "harbour cats", "library stairs", "umbrella makers", "glass bridges",
		"slow bread", "tidal mills", "folding chairs", "kite festivals", "bell towers", "old orchards", "salt roads",
		"moss", "rooftop bees", "wooden boats", "telephone boxes", "snow fences", "street musicians", "ink and paper",
		"tea houses", "weather stations", "forgotten alphabets", "canal locks", "button factories", "city foxes",
	},
	closers: []string{
		"", "", "", " : an introduction", " in winter", " of the north", ", and other essays", " between two wars",
		" for beginners", " after dark", " along the coast", " revisited", " in plain words", " : a photographic record",
	},
	surnames: []string{
		"Abernathy", "Birchwood", "Carrow", "Dunmore", "Elphick", "Fenwright", "Garside", "Holloway", "Ironside",
		"Juniper", "Kettleby", "Larkspur", "Merriman", "Nightingale", "Oxenholme", "Pettigrew", "Quill", "Ravensworth",
		"Stonebridge", "Thistlewood", "Underhill", "Vane", "Wetherby", "Yarrow",
	},
	forenames: []string{
		"Ada", "Basil", "Clementine", "Desmond", "Edith", "Felix", "Greta", "Harold", "Imogen", "Julian", "Kit",
		"Lydia", "Morris", "Nell", "Oscar", "Phyllis", "Quentin", "Rosemary", "Silas", "Thea", "Ursula", "Vernon",
	},
	body:       "Society for the Study of ",
	meeting:    "International Conference on ",
	places:     []string{"Aldmouth", "Brackenford", "Carrick", "Dunholm", "Eastwick", "Fernley", "Grantchurch", "Holm"},
	publishers: []string{"Harbour Press", "Lamp Room Press", "Quill & Sons", "Northern Fieldwork", "Tea Room Press", "Windfall", "Fathom", "Kerbstone"},
	pages:      " pages",
	edition:    "Second edition",
	series:     "Harbour papers ; ",
}

// foreign are the languages of the drawn instances that are not in English: one in three.
var foreign = []tongue{
	{
		code:       "cze",
		openers:    []string{"Zápisky o ", "Povídání o ", "Devět přednášek o ", "Dopisy o ", "Kniha o ", "Co víme o ", "Básně o "},
		nouns:      []string{"majácích", "nočních vlacích", "zahradách", "mostech", "zvonicích", "přívozech", "čajovnách", "včelách", "mlýnech", "deštnících", "starých mapách"},
		closers:    []string{"", "", " v zimě", " pro začátečníky", " : úvod", " na Šumavě"},
		surnames:   []string{"Vrbický", "Křížek", "Šťovík", "Růžička", "Mostecký", "Žďárský", "Říha"},
		forenames:  []string{"Běla", "Ondřej", "Ludmila", "Matěj", "Žofie", "Řehoř", "Jiří"},
		body:       "Společnost pro rozpravy o ",
		meeting:    "Sympozium o ",
		places:     []string{"Děčín", "Telč", "Třeboň", "Písek", "Žďár"},
		publishers: []string{"Větrník", "Říční nakladatelství", "Kamenný oblouk", "Točna"},
		pages:      " stran",
		edition:    "2. vydání",
		series:     "Malá řada ; ",
	},
	{
		code:       "ger",
		openers:    []string{"Kleine Geschichte der ", "Über die Kunst der ", "Vom Leben der ", "Lob der ", "Das Geheimnis der ", "Briefe aus dem Land der "},
		nouns:      []string{"Leuchttürme", "Nachtzüge", "Gärten", "Glasbrücken", "Glockentürme", "Wetterhäuschen", "Bäckereien", "Flussfähren", "Straßenlaternen", "Bücherstühle"},
		closers:    []string{"", "", " im Winter", " für Anfänger", " : eine Einführung", " jenseits der Alpen"},
		surnames:   []string{"Öhler", "Großkreutz", "Müßig", "Weißenfels", "Übelacker", "Nöll", "Schlößer"},
		forenames:  []string{"Käthe", "Jörg", "Änne", "Lothar", "Grete", "Bärbel", "Günther"},
		body:       "Verein der Freunde der ",
		meeting:    "Tagung zur Zukunft der ",
		places:     []string{"Görlitz", "Lübeck", "Füssen", "Zwickau", "Döbeln"},
		publishers: []string{"Brückenpfeiler", "Signalhaus", "Docht & Öl", "Gleisbett"},
		pages:      " Seiten",
		edition:    "2., überarbeitete Auflage",
		series:     "Hafenschriften ; ",
	},
	{ // Accents are combining characters here (NFD), which FOLIO stores as they come.
		code:       "fre",
		openers:    []string{"E\u0301loge des ", "Petite histoire des ", "Au pays des ", "La vie secre\u0300te des ", "Le myste\u0300re des ", "E\u0301tudes sur l'art des "},
		nouns:      []string{"phares", "bois", "the\u0301a\u0302tres", "bateaux de pe\u0302che", "marche\u0301s", "poe\u0300tes", "cha\u0302teaux", "cafe\u0301s"},
		closers:    []string{"", "", " en hiver", " pour de\u0301butants", " oublie\u0301s", " de Provence"},
		surnames:   []string{"Le\u0301vesque", "Garnier", "Be\u0301douin", "Che\u0302nevert", "Fre\u0301mont", "Jume\u0301lin"},
		forenames:  []string{"He\u0301le\u0300ne", "E\u0301tienne", "Zoe\u0301", "Re\u0301mi", "Ce\u0301cile", "Ame\u0301lie"},
		body:       "Socie\u0301te\u0301 des amis des ",
		meeting:    "Colloque autour des ",
		places:     []string{"Se\u0300te", "Nantes", "Be\u0301ziers", "Arles"},
		publishers: []string{"E\u0301ditions du Quai", "La Cuille\u0300re", "Presses du Cha\u0302teau"},
		pages:      " pages",
		edition:    "2e e\u0301dition",
		series:     "Petits cahiers ; ",
	},
	{
		code:       "jpn",
		openers:    []string{"夜の", "小さな", "海辺の", "冬の", "はじめての", "忘れられた", "北の"},
		nouns:      []string{"灯台", "鉄道", "庭園", "図書館", "橋", "市場", "時計", "茶室", "猫", "地図"},
		closers:    []string{"の歴史", "の本", "入門", "の四季", "日記", "を歩く"},
		surnames:   []string{"小川", "森田", "南", "鳥居", "駅田", "橋詰"},
		forenames:  []string{"灯", "文", "栞", "翼", "春子", "海斗"},
		body:       "日本研究会 ",
		meeting:    "国際会議 ",
		places:     []string{"函館", "松江", "長崎", "根室"},
		publishers: []string{"灯台書房", "本棚社", "港文庫", "北風堂"},
		pages:      "ページ",
		edition:    "第2版",
		series:     "港叢書 ; ",
	},
	{
		code:       "ara",
		openers:    []string{"كتاب ", "تاريخ ", "حكايات ", "رسائل عن ", "أسرار ", "مدخل إلى "},
		nouns:      []string{"الجسور", "المنارات", "الحدائق", "القوارب", "المكتبات", "الساعات", "الخرائط", "القطارات"},
		closers:    []string{"", "", " القديمة", " في الشتاء", " للمبتدئين"},
		surnames:   []string{"الخوري", "منصور", "النجار", "حداد", "الصياد"},
		forenames:  []string{"ليلى", "يوسف", "هدى", "سميرة", "كريم"},
		body:       "جمعية أصدقاء ",
		meeting:    "مؤتمر ",
		places:     []string{"صيدا", "حلب", "الموصل", "طنجة"},
		publishers: []string{"دار المرفأ", "دار النهرين", "دار القطار"},
		pages:      " صفحة",
		edition:    "الطبعة الثانية",
		series:     "سلسلة المرفأ ; ",
	},
}

// tongueOf is the tongue of a language, English if it has none here.
func tongueOf(language string) *tongue {
	for i := range foreign {
		if foreign[i].code == language {
			return &foreign[i]
		}
	}
	return &english
}

// What is catalogued in English whatever the language of the instance.
var (
	subjects     = []string{"Lighthouses", "Railroads", "Gardens", "Ferries", "Bridges", "Libraries", "Clocks and watches", "Cats", "Weather", "Bees", "Markets", "Boats and boating", "Bread", "Cartography", "Tea", "Canals"}
	subdivisions = []string{"", "", " -- History", " -- Fiction", " -- Pictorial works", " -- Handbooks, manuals, etc."}
	notes        = []string{"Includes index", "Includes bibliographical references", "Maps on endpapers", "Text in two columns", "Cover title", "Illustrated by the author"}
	natures      = []string{"autobiography", "bibliography", "festschrift", "illustrated book / picture book", "report", "textbook"}
)

// form is the type and format of an instance, and what a stored record says about it in codes.
type form struct {
	kind, media, carrier             string // terms of RDA
	kindCode, mediaCode, carrierCode string
	leader                           string // of a stored record
}

const (
	book = iota
	online
	score
	music
	speech
	sheetMap
)

var forms = [...]form{
	book:     {"text", "unmediated", "volume", "txt", "n", "nc", "00000cam a2200000 c 4500"},
	online:   {"text", "computer", "online resource", "txt", "c", "cr", "00000cam a2200000 c 4500"},
	score:    {"notated music", "unmediated", "volume", "ntm", "n", "nc", "00000ccm a2200000 c 4500"},
	music:    {"performed music", "audio", "audio disc", "prm", "s", "sd", "00000cjm a2200000 c 4500"},
	speech:   {"spoken word", "audio", "audio disc", "spw", "s", "sd", "00000cim a2200000 c 4500"},
	sheetMap: {"cartographic image", "unmediated", "sheet", "cri", "n", "nb", "00000cem a2200000 c 4500"},
}

const serialLeader = "00000cas a2200000 c 4500"
