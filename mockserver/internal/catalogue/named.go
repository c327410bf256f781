package catalogue

// named is an instance that has a name. What it does not say is drawn from its id alone.
type named struct {
	id, title string
	by        by
	languages string // codes, separated by one blank
	place     string
	publisher string
	date      string
	subject   string
	source    Source
}

type by []creator

func author(name string) creator { return creator{text{name}, Personal, true} }

// with is a further person: editor, translator, illustrator.
func with(name string) creator { return creator{text{name}, Personal, false} }

func body(name string) creator { return creator{text{name}, Corporate, true} }

func meeting(name string) creator { return creator{text{name}, Meeting, true} }

const (
	stored    = SourceMARC
	generated = SourceFOLIO
)

// fillNamed fills in the named instance with this index, created in 2019 and updated in the first half of 2020.
func (k *card) fillNamed(index int) {
	n := &namedInstances[index]
	d := newDraw(0, k.id) // whatever the seed
	k.source = n.source
	k.hrid = text{"in", "00", "000", "000", three(index + 1)}
	k.title = text{n.title}
	copy(k.contributors[:], n.by)
	if n.languages != "" {
		k.languages[0] = n.languages[:3]
	}
	if len(n.languages) > 4 {
		k.languages[1] = n.languages[4:]
	}
	k.publications[0] = publication{n.place, n.publisher, text{n.date}}
	k.subject[0] = text{n.subject}
	k.created = start2019 + int64(d.below(aboutCreated, int(year)))
	k.updated = start2020 + int64(d.below(aboutUpdated, int(year/2)))
	kind := book
	if d.once(aboutForm, 4) {
		kind = online
	}
	k.fillDetails(d, tongueOf(k.languages[0]), kind)
}

// namedInstances are in the order of their HRIDs. Each fourth, from the first on, has the word "nod" in its title, as the
// export guide's example asks: (keyword all "nod") sortby title. No other one has that word, though some come near.
// The first of the 25 by title is in00000000001, which has the lowest id and a stored record: so it is also the first in
// the exported file of every release, whether that is ordered by input or by id.
var namedInstances = [...]named{
	{"0a1c6d1e-5b0f-4f3a-9c53-2a7d1f0e8b11", "A nod to the night ferry", by{author("Marlowe-Finch, Ida")}, "eng", "Riga", "Harbour Press", "2011", "Ferries -- Night traffic", stored},
	{"5ae618e4-4aa3-42bb-8509-01bd9b316761", "Nodding acquaintances", by{author("Fairweather, Joan")}, "eng", "Whitby", "Tea Room Press", "1989", "Friendship", stored},
	{"5b602098-b78a-42c7-8ffe-74e131cf10b7", "The node and the network", by{author("Ramanathan, Kavya")}, "eng", "Madurai", "Lotus Technical", "2013", "Telecommunication", generated},
	{"bacdbd14-4a03-4aec-8c9e-71d7d7c782b9", "Anodyne evenings", by{author("Lestrange, Piers")}, "eng", "Torquay", "Esplanade", "1976", "Boredom", generated},
	{"f73fd065-16be-4bcc-aff3-d281b64b9fc5", "Seven horses nod at noon", by{author("Oakhurst, Tilda")}, "eng", "Dunmere", "Paddock & Lane", "1998", "Horses -- Behavior", generated},
	{"91b323a2-5df5-497a-a0c1-bf8cddabac22", "Zápisky z majáků", by{author("Dvořáčková, Běla")}, "cze", "Děčín", "Říční nakladatelství", "2002", "Lighthouses", generated},
	{"5013b2bb-8ab7-4ebb-a35c-e635d720325d", "Der langsame Fahrplan", by{author("Großkreutz, Lothar")}, "ger", "Görlitz", "Signalhaus", "1994", "Railroads -- Timetables", stored},
	{"e5201d8d-b5c7-4fc1-a693-b5d16554152f", "夜の渡し船", by{author("小川, 灯")}, "jpn", "長崎", "港文庫", "2007", "Ferries", generated},
	{"5f3ae7aa-b37a-400a-920f-7e7739b4f4b6", "Příběhy ze země Nod", by{author("Vrbická, Jitka"), with("Šťovíček, Ondřej")}, "cze", "Polná", "Větrník", "2006", "Fairy tales", stored},
	{"2e65349c-5e8d-49a3-80e0-caed1f8a1ca9", "حكايات البحر القديم", by{author("الخوري, ليلى")}, "ara", "صيدا", "دار المرفأ", "2005", "Sea stories", generated},
	{"4021f696-9a9c-4ad5-b4c7-4d9618f5d48c", "E\u0301loge des petits mate\u0301riels", by{author("Le\u0301vesque, He\u0301le\u0300ne")}, "fre", "Sète", "E\u0301ditions du Quai", "1999", "Tools", generated},
	{"ffb7ecf5-cf9d-4b93-b794-ffcc85c485e9", "A catalogue of small doors", by{author("Hinge, Marguerite")}, "eng", "Chester", "Latchkey", "1985", "Doors", stored},
	{"d3ed3be5-be42-4de9-ba8b-03d02f30b885", "Votes counted by nod", by{body("Upper Brook Parish Council")}, "eng", "Upper Brook", "Parish Office", "1967", "Voting -- History", generated},
	{"70cb3b00-2586-45b7-b230-4e283644427e", "Barometers I have disliked", by{author("Gale, Septimus")}, "eng", "Plymouth", "Isobar", "1969", "Barometers", generated},
	{"f2cb5b07-1035-4f73-bd22-48924b755253", "Bees on the town hall roof", by{author("Melrose, Fenella"), with("Comb, Edwin")}, "eng", "Leeds", "Hive & Home", "2015", "Urban bee culture", generated},
	{"a65e46b0-7edb-4562-af22-c55bed56e374", "Bridges that lead back", by{author("Arkwright, Solomon")}, "eng", "Durham", "Keystone", "1978", "Bridges", generated},
	{"db1e9bf3-8c42-416c-9d33-99ecf41657ae", "How herons nod", by{author("Lindqvist, Per")}, "eng", "Mora", "Reed Bed Books", "2014", "Herons", generated},
	{"1f818a1e-91f0-43e9-a5ba-b221ead1240d", "Buttons of the eastern coast", by{author("Needham, Constance")}, "eng", "Lowestoft", "Thimble", "1992", "Buttons", stored},
	{"fdaa94c4-291c-4f82-b67a-5da431832f67", "Canal locks by moonlight", by{author("Towpath, Gilbert")}, "eng", "Devizes", "Narrowboat Press", "2000", "Canals", generated},
	{"b1efbd4e-8de9-4932-9cba-264c7ba678bc", "Chairs for unexpected guests", by{author("Settle, Ruth")}, "eng", "High Wycombe", "Spindle", "1987", "Chairs", generated},
	{"975d8f7f-b2e9-4e2d-b6df-6f802fb8ff3f", "Zahra's nod = إيماءة زهراء", by{author("Haddad, Samira")}, "ara eng", "Tripoli", "Dar al-Mina", "2009", "Gesture in literature", stored},
	{"d6ad0ba9-2990-433f-9356-310bde768759", "Clocks without an owner", by{author("Pendle, Arthur")}, "eng", "Coventry", "Escapement", "1974", "Clocks and watches", generated},
	{"27fe2e5e-4771-497b-b994-710e7fa48881", "Dočasná knihovna", by{author("Křížová, Ludmila")}, "cze", "Telč", "Na Náměstí", "2016", "Libraries", stored},
	{"495efe23-cc4f-4d6f-b1bf-5d747e88b764", "Doorbells of the old quarter", by{author("Ringrose, Sybil")}, "eng", "Lisbon", "Azulejo & Sons", "2009", "Sound", generated},
	{"7744f97f-d6d2-4370-a8ff-8e868d499d18", "Gentle nod, loud harbour", by{author("Okonkwo-Reed, Miles")}, "eng", "Leith", "Quayside", "2003", "Harbors -- Sound", generated},
	{"3573767c-ecb2-42a4-87e9-5033151a2f0e", "Echoes kept in jars", by{author("Hallow, Winifred")}, "eng", "Bristol", "Cork & Wax", "2011", "Echo", generated},
	{"2051d7f1-1b0f-4ad4-9aff-0ffb638193c9", "Eine Woche Regen", by{author("Nöll, Grete")}, "ger", "Füssen", "Alpenrand", "1981", "Rain", generated},
	{"4c3f3e41-d7e9-496f-9d9e-eb0a702c44e8", "Fences against snow", by{author("Drift, Anders")}, "eng", "Umeå", "Northern Fieldwork", "1997", "Snow fences", stored},
	{"cd008867-05de-4efc-b15d-77c6d8e4d2b9", "Nod : 頷きの小さな文法", by{author("南, 栞")}, "jpn", "函館", "灯台書房", "2015", "Gesture", generated},
	{"39f38cf6-18ee-4203-95a6-b4a50bd3e471", "Fog, a user's manual", by{author("Merriweather, Dot")}, "eng", "Halifax", "Foghorn", "2014", "Fog", generated},
	{"eb037ca1-ba82-4998-892c-3d8706319963", "Forgotten alphabets of the valley", by{author("Serif, Octavia"), with("Kern, Bertram")}, "eng", "Uppsala", "Ductus", "1990", "Alphabets", generated},
	{"ecd1da17-3557-4053-a7c6-3d46c11e53b3", "Gärten hinter Bahnhöfen", by{author("Weißenfels, Käthe")}, "ger", "Döbeln", "Gleisbett", "2003", "Gardens", generated},
	{"39ec5561-e051-4c8e-b33b-9089d6c6a1b4", "Yes is a nod in Görlitz", by{author("Pfützner, Annegret")}, "eng ger", "Görlitz", "Neißeverlag", "1993", "Borderlands", generated},
	{"3b93d6bf-ef77-4675-9c22-dbafdf1b80b1", "Glass bridges, paper boats", by{author("Vitrey, Paul")}, "eng", "Murano", "Lagoon House", "2006", "Glass", generated},
	{"9a7c64fb-715f-460d-953b-ee38b5355bfd", "Half a map of Wetherby Sound", by{author("Sounding, Hester")}, "eng", "Hull", "Fathom", "", "Nautical charts", stored},
	{"ddeb45c8-258c-44b6-909e-5ed946a6867a", "Harbour cats and their captains", by{author("Mackerel, Tom")}, "eng", "Whitehaven", "Bollard", "2018", "Cats", generated},
	{"2e5f6ffc-b8f1-435c-9dc8-5624b0eccb42", "Dinner ended with a nod", by{author("Castellane, Hugo"), with("Brightwater, Una")}, "eng", "Bath", "Sideboard", "1986", "Table etiquette", generated},
	{"d16a16c6-399f-463b-92ce-a09fdf0b3e73", "Histoire bre\u0300ve du cafe\u0301 froid", by{author("Garnier, E\u0301tienne")}, "fre", "Nantes", "La Cuille\u0300re", "2012", "Coffee", generated},
	{"1bbdc645-05ef-4f8c-ab09-06a4fc3968b1", "Ice cream in the Arctic Circle", by{author("Tervo, Aino")}, "eng", "Rovaniemi", "Midnight Sun", "2010", "Ice cream", generated},
	{"e6a532e3-c07f-4c8d-85f0-4396e2598c44", "Inventing the tea break", by{body("Society of Unhurried Clerks")}, "eng", "London", "Ledger & Cup", "1958", "Hours of labor", stored},
	{"684f097e-023c-4255-89b5-110c38288850", "Letters to a lighthouse that would not nod", by{author("Penhaligon, Mercy")}, "eng", "St Aldra", "Lamp Room Press", "1979", "Lighthouses -- Correspondence", stored},
	{"b92e7c0f-39e7-48a0-8a7e-c2306130f305", "Jak sázet mosty", by{author("Mostecký, Řehoř")}, "cze", "Písek", "Kamenný oblouk", "1995", "Bridges", generated},
	{"78232cd4-58ba-449c-a686-6e5a90ae4284", "Journal of a patient gardener", by{author("Loam, Prudence")}, "eng", "Evesham", "Potting Shed", "1973", "Gardening", generated},
	{"60dc1269-faa2-42be-91f4-35a0786eb9be", "Kites over the brickworks", by{author("Claypole, Ned")}, "eng", "Stoke", "Bottle Oven", "1988", "Kites", generated},
	{"97566fcf-3218-49f0-830e-b0d46276a79f", "Umbrella makers of Hue\u0302\u0301 seldom nod", by{author("Tra\u0302\u0300n, Minh Chi\u0302")}, "eng", "Singapore", "Monsoon House", "2012", "Umbrella industry", generated},
	{"eb14ca00-6f27-4e5b-ba17-39f283097601", "Könige ohne Straßenbahn", by{author("Übelacker, Jörg")}, "ger", "Wien", "Ringlinie", "2008", "Street-railroads", generated},
	{"6549409e-b0a6-4b3f-8e4e-587c9813af07", "Ladders, ladles, lanterns", by{body("Museum of Useful Things")}, "eng", "Oslo", "Museum of Useful Things", "1994", "Implements, utensils, etc.", stored},
	{"5a253cf7-72f2-425f-9f3d-b0bde3950750", "Learning to whistle in Welsh", by{author("Prydderch, Non")}, "eng wel", "Bala", "Gwynt", "2001", "Whistling", generated},
	{"95f40148-6dd9-4d43-9096-d4a1080c07a7", "Rain, rye, and a nod", by{author("Halloran, Bridie")}, "eng", "Sligo", "Turf & Thistle", "2001", "Farm life", generated},
	{"d0db8af9-2fda-49f7-b430-9ae0da3612da", "Maps of places that moved", by{author("Strand, Inge")}, "eng", "Bergen", "Meridian", "2017", "Cartography", generated},
	{"98535ff7-c612-4268-badb-0ad5667e7021", "Market days on the border", by{author("Zawadzka, Łucja")}, "eng pol", "Cieszyn", "Olza", "1999", "Markets", generated},
	{"4346421b-6e04-4b3d-8007-82e5e80e74a1", "Marmalade and other measures", by{author("Seville, Dorothy")}, "eng", "Dundee", "Rind", "1980", "Marmalade", generated},
	{"15fbd1dc-776b-4eca-a8f5-37b039d843d9", "Interpreters nod twice", by{meeting("Symposium on Silent Consent"), with("Vandermolen, Greet")}, "eng", "Ghent", "Leie Academic", "2017", "Interpreters", generated},
	{"95909b57-a1b0-48f6-bad7-0b1e36168b38", "Měsíční zahrada", by{author("Růžičková, Anežka")}, "cze", "Třeboň", "Rákos", "2011", "Moon in literature", stored},
	{"f441990b-cba3-4e11-836e-f4f0796ec7c3", "Moss, an autobiography", by{author("Fern, Alder")}, "eng", "Keswick", "Damp Wall", "2013", "Mosses", generated},
	{"e92e9be5-98c4-4041-b788-b1a8bc134e26", "Night trains of the plain", by{author("Sleeper, Konrad")}, "eng", "Debrecen", "Couchette", "1984", "Night trains", generated},
	{"a65357f4-b32e-47c4-aa6f-d67baa09a0bc", "Call it a nod : village council minutes, 1890–1914", by{body("Nether Wick Village Council")}, "eng", "Nether Wick", "Chronicle Society", "1954", "Local government -- Sources", stored},
	{"bec154be-7c73-4520-80a9-ea766647cbb5", "Notes for a deaf piano tuner", by{author("Felt, Rosalind")}, "eng", "Leipzig", "Damper", "1977", "Piano -- Tuning", generated},
	{"48bc403b-79ac-4e78-90da-2d223f976c46", "Ο φάρος και η γάτα", by{author("Παπαδάκη, Ελένη")}, "gre", "Χανιά", "Εκδόσεις Κύμα", "2004", "Cats", generated},
	{"9bde8727-4805-471b-9dff-f56ca35e4429", "On the weight of letters", by{author("Stamp, Perpetua")}, "eng", "Thurn", "Postmark", "1971", "Postal service", stored},
	{"4cbf5205-0e9b-4ad4-aa5c-7455d831a6e3", "Xylophone players nod in thirds", by{author("Ambrose-Lee, Jun")}, "eng", "Halifax", "Mallet & Reed", "2016", "Percussion ensembles", generated},
	{"a388bbc8-0113-47fb-91da-636fe8ca5613", "Opravna deštníků", by{author("Šípková, Žofie"), with("Číž, Matěj")}, "cze", "Žďár", "Dršť", "2014", "Umbrellas", generated},
	{"fbfe7b7e-a4b7-4b59-bfbd-12b28561b400", "Orders of the paper crane", by{author("Inoue-Hart, Sachi")}, "eng jpn", "Kyoto", "Fold", "2009", "Origami", generated},
	{"8d6de429-bf22-4719-99a1-013ca811ab05", "Pavements, a listener's guide", by{author("Flagg, Edmund")}, "eng", "Bath", "Kerbstone", "2005", "Pavements", generated},
	{"9c1a3e9a-1b5c-40cf-b2db-5a4d4ba8c0af", "Kleines Handbuch der Grüße : Nicken, Nod, Kývnutí", by{author("Öhlenschläger, Frieder")}, "ger", "Zwickau", "Brückenpfeiler", "1988", "Greetings", stored},
	{"8e9ea052-affc-4c8c-b760-d388759f809d", "Pumpkins of the upper air", by{author("Gourd, Leopold")}, "", "Ulm", "Balloonist", "1962", "Ballooning", generated},
	{"43964d2b-3f30-46e2-af7a-2683ca59b7d4", "図書館の猫たち", by{author("森田, 文")}, "jpn", "松江", "本棚社", "2013", "Cats", stored},
	{"984c116c-eb79-43ba-8391-3b812cd416b2", "Questions for a retired ferryman", by{author("Oar, Magnus")}, "eng", "Kirkwall", "Slipway", "1993", "Boatmen", generated},
	{"67074ef3-b085-4607-8a21-1fd8f78a75eb", "The conductor's nod", by{author("Szalai, Emőke")}, "eng", "Pécs", "Upbeat", "2008", "Conducting", generated},
	{"d8f2dbfa-56af-4f92-ac96-2600bbfc3bee", "Quiet rules for loud rooms", by{body("Committee on Reading Rooms")}, "eng", "Dublin", "Hush & Daughters", "1949", "Reading rooms", generated},
	{"c1fbdda5-9108-4f52-a30e-426e618c3913", "Rivers with two names", by{author("Ford, Isabel")}, "eng", "Ruse", "Confluence", "2016", "Rivers", generated},
	{"b9caa069-429c-43ee-b152-ae952884c7f6", "Salt roads and sugar bridges", by{author("Brine, Tobias")}, "eng", "Hallein", "Crystal", "1998", "Salt industry and trade", generated},
	{"2742125f-e955-4396-992a-832bf3a24471", "Eleven uses of the nod", by{author("Dray, Cuthbert")}, "eng", "York", "Small Grammar Press", "1972", "Nonverbal communication", generated},
	{"537048c9-7e0b-416a-80d5-615e6918cbc4", "Сказки зимнего вокзала", by{author("Зимина, Варвара")}, "rus", "Вологда", "Полустанок", "1987", "Winter", stored},
	{"f5e4b810-90ae-460e-ba2d-fbfa4c97dd92", "Shadows of the signal box", by{author("Lever, Horace")}, "eng", "Crewe", "Semaphore", "1970", "Railroads -- Signaling", generated},
	{"c7d424ea-442b-487a-b182-74f643123dde", "Slow bread for small ovens", by{author("Crumb, Matilda")}, "eng", "Ludlow", "Proof", "2012", "Bread", generated},
	{"4dc1b594-c00a-48e5-a77d-eaaa79c5950d", "Orchards of the county of Nod", by{author("Applegarth, Rose"), with("Quince, Walter")}, "eng", "Hereford", "Windfall", "1991", "Orchards", generated},
	{"122d38e5-79a2-41bc-b563-860f259d1906", "Snow on the printing press", by{meeting("Conference on Cold Type"), with("Inkwell, Jasper")}, "eng", "Tartu", "Galley", "2002", "Printing", generated},
	{"41ed481e-bc23-4fba-bab7-08fbc29c0a30", "Spis zapomnianych dworców", by{author("Żółkiewska, Śnieżana")}, "pol", "Łódź", "Peron Trzeci", "2010", "Railroad stations", generated},
	{"aa5264d7-0407-4410-a036-804bc0ba1ba6", "Straßenlaternen im Nebel", by{author("Müßiggang, Änne")}, "ger", "Lübeck", "Docht & Öl", "1976", "Street lighting", stored},
	{"2485b0d3-6612-41fc-b006-bc2a2e0a2069", "Quick to nod, slow to sign", by{author("Beaumont-Ito, Clara")}, "eng", "Geneva", "Treaty Room", "2018", "Negotiation", stored},
	{"c01f132f-24b6-47f7-a5e8-2b91776c14f7", "Tidal mills and their millers", by{author("Ebb, Philippa")}, "eng", "Vannes", "Flood Gate", "1982", "Tide mills", generated},
	{"4dab3ed4-6db4-4a4f-a49c-1fa229863209", "小さな駅の四季", by{author("駅田, 春子")}, "jpn", "会津若松", "鉄路出版", "1998", "Railroad stations", generated},
	{"e65fc71e-69c7-44a4-8873-f55e0717738c", "The bell that was too punctual", by{author("Knoll, Ferdinand")}, "eng", "Bruges", "Carillon", "1968", "Bells", generated},
	{"b30db0cc-009b-4b7e-8e61-fb93abbd673c", "Before the second nod, a pause", by{author("Sørbye, Halvard")}, "eng", "Tromsø", "Stille Forlag", "2004", "Silence", generated},
	{"1809cec6-b640-458a-b181-3098aa71d121", "The cartographer's lunch", by{author("Contour, Phoebe")}, "eng", "Delft", "Hachure", "2007", "Cartographers", generated},
	{"1e755825-1adf-426b-b076-854f4b40c5d9", "The lighthouse keeper's second umbrella", by{author("Skerry, Malcolm")}, "eng", "Oban", "Wick & Lens", "1990", "Lighthouse keepers", stored},
	{"1b797fb0-f827-4b46-b350-8e4a63dbe7b3", "The museum of borrowed keys", by{author("Tumbler, Violet")}, "eng", "Prague", "Escutcheon", "2015", "Keys", generated},
	{"7bc885ff-33fc-49d1-b256-c6feff9137cd", "Winter wheat, summer nod", by{author("Kowalczyk, Żaneta")}, "eng", "Łomża", "Kłos", "1996", "Wheat", generated},
	{"6822cf14-adee-4742-8f60-35d6fbe5d652", "تاريخ الجسور الصغيرة", by{author("منصور, يوسف")}, "ara", "الموصل", "دار النهرين", "2003", "Bridges", generated},
	{"f41f7e95-41ec-4dd3-b446-71382c0365f5", "Tři pozdní tramvaje", by{author("Ježková, Dáša")}, "cze", "Ostrava", "Točna", "1992", "Street-railroads", generated},
	{"7bbd7204-1737-478e-a769-5add7f96f193", "Unfinished staircases", by{author("Newell, Barnaby")}, "eng", "Porto", "Landing", "2011", "Staircases", generated},
	{"22fd7be5-e60b-4959-9be1-3033422e355d", "From Nod to Olomouc by slow train", by{author("Ferrier, Agnes")}, "eng", "Olomouc", "Branch Line Books", "2010", "Railroad travel", generated},
	{"f3cc9458-07c1-40af-81d3-530e9927d3df", "Vier Katzen und ein Kölner Dom", by{author("Schlößer, Bärbel")}, "ger", "Köln", "Rheinufer", "2019", "Cathedrals", stored},
	{"44590714-5746-450e-af8d-b72b4f0c4c4f", "Violins left on trams", by{author("Bridge, Ottilie")}, "eng", "Vienna", "Rosin", "1996", "Lost articles", generated},
	{"25b33a6f-6b5a-4339-9e83-1a243afcc0d1", "Weather stations of the lower slopes", by{body("Institute of Modest Altitudes")}, "eng", "Chur", "Institute of Modest Altitudes", "2000", "Meteorological stations", generated},
	{"3b6740c7-9153-4781-aef5-563948d42536", "Mistress Pepper and the missing nod", by{author("Tuttle, Beatrix")}, "eng", "Rye", "Cobblestone", "1983", "Detective and mystery stories", generated},
	{"9e7e40d1-e89e-4f96-8c19-135b2c33b17a", "渡り鳥と時刻表", by{author("鳥居, 翼")}, "jpn eng", "根室", "北風堂", "2018", "Birds -- Migration", generated},
	{"a90c0675-282a-4dd0-9f09-7d5513ac36fd", "Where the postman turned left", by{author("Lane, Cordelia")}, "eng", "Truro", "Pillar Box", "1986", "Letter carriers", generated},
	{"7f8ec7ba-8d7a-431b-9042-3759501c0f8c", "رسائل إلى محطة بعيدة", by{author("النجار, هدى")}, "ara", "حلب", "دار القطار", "1997", "Railroad stations", generated},
}
