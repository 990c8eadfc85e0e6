#include "batch/languages.h"

#include <map>
#include <vector>

#include "base/text.h"
#include "roster/layout.h"

namespace rollbook::batch {
namespace {

// The code that is kept, other codes, and after the colon the names.
constexpr std::string_view listed =
    "aa aar:Afar|ab abk:Abkhazian|ace ace:Achinese|ach ach:Acoli|ada ada:Adangme|ady ady:Adyghe;Adygei|afa afa:Afro-Asiatic|afh afh:Afrihili|"
    "af afr:Afrikaans|ain ain:Ainu|ak aka:Akan|akk akk:Akkadian|ale ale:Aleut|alg alg:Algonquian|alt alt:Southern Altai|am amh:Amharic|"
    "ang ang:Old English|anp anp:Angika|apa apa:Apache|ar ara:Arabic|arc arc:Official Aramaic;Imperial Aramaic|an arg:Aragonese|"
    "arn arn:Mapudungun;Mapuche|arp arp:Arapaho|art art:Artificial|arw arw:Arawak|as asm:Assamese|ast ast:Asturian;Bable;Leonese;Asturleonese|"
    "ath ath:Athapascan|aus aus:Australian|av ava:Avaric|ae ave:Avestan|awa awa:Awadhi|ay aym:Aymara|az aze:Azerbaijani|bad bad:Banda|"
    "bai bai:Bamileke|ba bak:Bashkir|bal bal:Baluchi|bm bam:Bambara|ban ban:Balinese|bas bas:Basa|bat bat:Baltic|bej bej:Beja;Bedawiyet|"
    "be bel:Belarusian|bem bem:Bemba|bn ben:Bengali|ber ber:Berber|bho bho:Bhojpuri|bh bih:Bihari|bik bik:Bikol|bin bin:Bini;Edo|bi bis:Bislama|"
    "bla bla:Siksika|bnt bnt:Bantu|bo bod tib:Tibetan|bs bos:Bosnian|bra bra:Braj|br bre:Breton|btk btk:Batak|bua bua:Buriat|bug bug:Buginese|"
    "bg bul:Bulgarian|byn byn:Blin;Bilin|cad cad:Caddo|cai cai:Central American Indian|car car:Galibi Carib|ca cat:Catalan;Valencian|"
    "cau cau:Caucasian|ceb ceb:Cebuano|cel cel:Celtic|cs ces cze:Czech|ch cha:Chamorro|chb chb:Chibcha|ce che:Chechen|chg chg:Chagatai|"
    "chk chk:Chuukese|chm chm:Mari|chn chn:Chinook jargon|cho cho:Choctaw|chp chp:Chipewyan;Dene Suline|chr chr:Cherokee|"
    "cu chu:Church Slavic;Old Slavonic;Church Slavonic;Old Bulgarian;Old Church Slavonic|cv chv:Chuvash|chy chy:Cheyenne|cmc cmc:Chamic|"
    "cnr cnr:Montenegrin|cop cop:Coptic|kw cor:Cornish|co cos:Corsican|cpe cpe:English based Creoles and pidgins|"
    "cpf cpf:French-based Creoles and pidgins|cpp cpp:Portuguese-based Creoles and pidgins|cr cre:Cree|crh crh:Crimean Tatar;Crimean Turkish|"
    "crp crp:Creoles and pidgins|csb csb:Kashubian|cus cus:Cushitic|cy cym wel:Welsh|dak dak:Dakota|da dan:Danish|dar dar:Dargwa|day day:Land Dayak|"
    "del del:Delaware|den den:Slave|de deu ger:German|dgr dgr:Dogrib|din din:Dinka|dv div:Divehi;Dhivehi;Maldivian|doi doi:Dogri|dra dra:Dravidian|"
    "dsb dsb:Lower Sorbian|dua dua:Duala|dum dum:Middle Dutch|dyu dyu:Dyula|dz dzo:Dzongkha|efi efi:Efik|egy egy:Egyptian|eka eka:Ekajuk|"
    "el ell gre:Greek|elx elx:Elamite|en eng:English|enm enm:Middle English|eo epo:Esperanto|et est:Estonian|eu eus baq:Basque|ee ewe:Ewe|"
    "ewo ewo:Ewondo|fan fan:Fang|fo fao:Faroese|fa fas per:Persian;Farsi|fat fat:Fanti|fj fij:Fijian|fil fil:Filipino;Pilipino|fi fin:Finnish|"
    "fiu fiu:Finno-Ugrian|fon fon:Fon|fr fra fre:French|frm frm:Middle French|fro fro:Old French|frr frr:Northern Frisian|frs frs:Eastern Frisian|"
    "fy fry:Western Frisian|ff ful:Fulah|fur fur:Friulian|gaa gaa:Ga|gay gay:Gayo|gba gba:Gbaya|gem gem:Germanic|gez gez:Geez|gil gil:Gilbertese|"
    "gd gla:Gaelic;Scottish Gaelic|ga gle:Irish|gl glg:Galician|gv glv:Manx|gmh gmh:Middle High German|goh goh:Old High German|gon gon:Gondi|"
    "gor gor:Gorontalo|got got:Gothic|grb grb:Grebo|grc grc:Ancient Greek|gn grn:Guarani|gsw gsw:Swiss German;Alemannic;Alsatian|gu guj:Gujarati|"
    "gwi gwi:Gwich'in|hai hai:Haida|ht hat:Haitian;Haitian Creole|ha hau:Hausa|haw haw:Hawaiian|he heb:Hebrew|hz her:Herero|hil hil:Hiligaynon|"
    "him him:Himachali;Western Pahari|hi hin:Hindi|hit hit:Hittite|hmn hmn:Hmong;Mong|ho hmo:Hiri Motu|hr hrv:Croatian|hsb hsb:Upper Sorbian|"
    "hu hun:Hungarian|hup hup:Hupa|hy hye arm:Armenian|iba iba:Iban|ig ibo:Igbo|io ido:Ido|ii iii:Sichuan Yi;Nuosu|ijo ijo:Ijo|iu iku:Inuktitut|"
    "ie ile:Interlingue;Occidental|ilo ilo:Iloko|ia ina:Interlingua|inc inc:Indic|id ind:Indonesian|ine ine:Indo-European|inh inh:Ingush|"
    "ik ipk:Inupiaq|ira ira:Iranian|iro iro:Iroquoian|is isl ice:Icelandic|it ita:Italian|jv jav:Javanese|jbo jbo:Lojban|ja jpn:Japanese|"
    "jpr jpr:Judeo-Persian|jrb jrb:Judeo-Arabic|kaa kaa:Kara-Kalpak|kab kab:Kabyle|kac kac:Kachin;Jingpho|kl kal:Kalaallisut;Greenlandic|"
    "kam kam:Kamba|kn kan:Kannada|kar kar:Karen|ks kas:Kashmiri|ka kat geo:Georgian|kr kau:Kanuri|kaw kaw:Kawi|kk kaz:Kazakh|kbd kbd:Kabardian|"
    "kha kha:Khasi|khi khi:Khoisan|km khm:Central Khmer|kho kho:Khotanese;Sakan|ki kik:Kikuyu;Gikuyu|rw kin:Kinyarwanda|ky kir:Kirghiz;Kyrgyz|"
    "kmb kmb:Kimbundu|kok kok:Konkani|kv kom:Komi|kg kon:Kongo|ko kor:Korean|kos kos:Kosraean|kpe kpe:Kpelle|krc krc:Karachay-Balkar|krl krl:Karelian|"
    "kro kro:Kru|kru kru:Kurukh|kj kua:Kuanyama;Kwanyama|kum kum:Kumyk|ku kur:Kurdish|kut kut:Kutenai|lad lad:Ladino|lah lah:Lahnda|lam lam:Lamba|"
    "lo lao:Lao|la lat:Latin|lv lav:Latvian|lez lez:Lezghian|li lim:Limburgan;Limburger;Limburgish|ln lin:Lingala|lt lit:Lithuanian|lol lol:Mongo|"
    "loz loz:Lozi|lb ltz:Luxembourgish;Letzeburgesch|lua lua:Luba-Lulua|lu lub:Luba-Katanga|lg lug:Ganda|lui lui:Luiseno|lun lun:Lunda|luo luo:Luo|"
    "lus lus:Lushai|mad mad:Madurese|mag mag:Magahi|mh mah:Marshallese|mai mai:Maithili|mak mak:Makasar|ml mal:Malayalam|man man:Mandingo|"
    "map map:Austronesian|mr mar:Marathi|mas mas:Masai|mdf mdf:Moksha|mdr mdr:Mandar|men men:Mende|mga mga:Middle Irish|mic mic:Mi'kmaq;Micmac|"
    "min min:Minangkabau|mk mkd mac:Macedonian|mkh mkh:Mon-Khmer|mg mlg:Malagasy|mt mlt:Maltese|mnc mnc:Manchu|mni mni:Manipuri|mno mno:Manobo|"
    "moh moh:Mohawk|mn mon:Mongolian|mos mos:Mossi|mi mri mao:Maori|ms msa may:Malay|mun mun:Munda|mus mus:Creek|mwl mwl:Mirandese|mwr mwr:Marwari|"
    "my mya bur:Burmese|myn myn:Mayan|myv myv:Erzya|nah nah:Nahuatl|nai nai:North American Indian|nap nap:Neapolitan|na nau:Nauru|"
    "nv nav:Navajo;Navaho|nr nbl:South Ndebele;South Ndebele|nd nde:North Ndebele;North Ndebele|ng ndo:Ndonga|"
    "nds nds:Low German;Low Saxon;Low German;Low Saxon|ne nep:Nepali|new new:Nepal Bhasa;Newari|nia nia:Nias|nic nic:Niger-Kordofanian|niu niu:Niuean|"
    "nl nld dut:Dutch;Flemish|nn nno:Norwegian Nynorsk;Norwegian Nynorsk|nb nob:Norwegian Bokmål;Norwegian Bokmål|nog nog:Nogai|non non:Old Norse|"
    "no nor:Norwegian|nqo nqo:N'Ko|nso nso:Pedi;Sepedi;Northern Sotho|nub nub:Nubian|nwc nwc:Classical Newari;Old Newari;Classical Nepal Bhasa|"
    "ny nya:Chichewa;Chewa;Nyanja|nym nym:Nyamwezi|nyn nyn:Nyankole|nyo nyo:Nyoro|nzi nzi:Nzima|oc oci:Occitan;Provençal|oj oji:Ojibwa|or ori:Oriya|"
    "om orm:Oromo|osa osa:Osage|os oss:Ossetian;Ossetic|ota ota:Ottoman Turkish|oto oto:Otomian|paa paa:Papuan|pag pag:Pangasinan|pal pal:Pahlavi|"
    "pam pam:Pampanga;Kapampangan|pa pan:Panjabi;Punjabi|pap pap:Papiamento|pau pau:Palauan|peo peo:Old Persian|phi phi:Philippine|phn phn:Phoenician|"
    "pi pli:Pali|pl pol:Polish|pon pon:Pohnpeian|pt por:Portuguese|pra pra:Prakrit|pro pro:Old Provençal|ps pus:Pushto;Pashto|qu que:Quechua|"
    "raj raj:Rajasthani|rap rap:Rapanui|rar rar:Rarotongan;Cook Islands Maori|roa roa:Romance|rm roh:Romansh|rom rom:Romany|"
    "ro ron rum:Romanian;Moldavian;Moldovan|rn run:Rundi|rup rup:Aromanian;Arumanian;Macedo-Romanian|ru rus:Russian|sad sad:Sandawe|sg sag:Sango|"
    "sah sah:Yakut|sai sai:South American Indian|sal sal:Salishan|sam sam:Samaritan Aramaic|sa san:Sanskrit|sas sas:Sasak|sat sat:Santali|"
    "scn scn:Sicilian|sco sco:Scots|sel sel:Selkup|sem sem:Semitic|sga sga:Old Irish|sgn sgn:Sign Languages|shn shn:Shan|sid sid:Sidamo|"
    "si sin:Sinhala;Sinhalese|sio sio:Siouan|sit sit:Sino-Tibetan|sla sla:Slavic|sk slk slo:Slovak|sl slv:Slovenian|sma sma:Southern Sami|"
    "se sme:Northern Sami|smi smi:Sami|smj smj:Lule Sami|smn smn:Inari Sami|sm smo:Samoan|sms sms:Skolt Sami|sn sna:Shona|sd snd:Sindhi|"
    "snk snk:Soninke|sog sog:Sogdian|so som:Somali|son son:Songhai|st sot:Southern Sotho|es spa:Spanish;Castilian|sq sqi alb:Albanian|"
    "sc srd:Sardinian|srn srn:Sranan Tongo|sr srp:Serbian|srr srr:Serer|ssa ssa:Nilo-Saharan|ss ssw:Swati|suk suk:Sukuma|su sun:Sundanese|"
    "sus sus:Susu|sux sux:Sumerian|sw swa:Swahili|sv swe:Swedish|syc syc:Classical Syriac|syr syr:Syriac|ty tah:Tahitian|tai tai:Tai|ta tam:Tamil|"
    "tt tat:Tatar|te tel:Telugu|tem tem:Timne|ter ter:Tereno|tet tet:Tetum|tg tgk:Tajik|tl tgl:Tagalog|th tha:Thai|tig tig:Tigre|ti tir:Tigrinya|"
    "tiv tiv:Tiv|tkl tkl:Tokelau|tlh tlh:Klingon;tlhIngan-Hol|tli tli:Tlingit|tmh tmh:Tamashek|tog tog:Tonga|to ton:Tonga|tpi tpi:Tok Pisin|"
    "tsi tsi:Tsimshian|tn tsn:Tswana|ts tso:Tsonga|tk tuk:Turkmen|tum tum:Tumbuka|tup tup:Tupi|tr tur:Turkish|tut tut:Altaic|tvl tvl:Tuvalu|"
    "tw twi:Twi|tyv tyv:Tuvinian|udm udm:Udmurt|uga uga:Ugaritic|ug uig:Uighur;Uyghur|uk ukr:Ukrainian|umb umb:Umbundu|ur urd:Urdu|uz uzb:Uzbek|"
    "vai vai:Vai|ve ven:Venda|vi vie:Vietnamese|vo vol:Volapük|vot vot:Votic|wak wak:Wakashan|wal wal:Walamo|war war:Waray|was was:Washo|"
    "wen wen:Sorbian|wa wln:Walloon|wo wol:Wolof|xal xal:Kalmyk;Oirat|xh xho:Xhosa|yao yao:Yao|yap yap:Yapese|yi yid:Yiddish|yo yor:Yoruba|"
    "ypk ypk:Yupik|zap zap:Zapotec|zbl zbl:Blissymbols;Blissymbolics;Bliss|zen zen:Zenaga|zgh zgh:Standard Moroccan Tamazight|za zha:Zhuang;Chuang|"
    "zh zho chi:Chinese|znd znd:Zande|zu zul:Zulu|zun zun:Zuni|zza zza:Zaza;Dimili;Dimli;Kirdki;Kirmanjki;Zazaki|cmn cmn:Mandarin|yue yue:Cantonese|"
    "prs prs:Dari|quc quc:K'iche'|mam mam:Mam|kjb kjb:Q'anjob'al|acf acf:Saint Lucian Creole|";

struct Languages {
  std::map<std::string, std::string_view, std::less<>> codes;  // by code or name in small letters
  std::vector<std::string_view> names;

  Languages() {
    for (std::size_t at = 0; at < listed.size();) {
      auto const end = listed.find('|', at);
      auto const one = listed.substr(at, end - at);
      auto const colon = one.find(':'), blank = one.find(' ');
      auto const code = one.substr(0, blank);
      for (auto const& other : split(one.substr(0, colon), ' ')) codes.emplace(other, code);
      for (auto from = colon + 1; from <= one.size();) {
        auto const to = std::min(one.find(';', from), one.size());
        auto const name = one.substr(from, to - from);
        codes.emplace(lower(name), code);
        names.push_back(name);
        from = to + 1;
      }
      at = end + 1;
    }
  }
};

Languages const& languages() {
  static Languages const all;
  return all;
}

}  // namespace

std::string_view language_code(std::string_view text) {
  auto const found = languages().codes.find(lower(trimmed(text)));
  return found == languages().codes.end() ? std::string_view() : found->second;
}

std::string_view nearest_language(std::string_view text) { return nearest(trimmed(text), languages().names); }

}  // namespace rollbook::batch
