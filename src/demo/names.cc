#include "demo/names.h"

namespace rollbook::demo {
namespace {

using Names = std::string_view;

constexpr Names girl[] = {"Ada",     "Aisha",   "Alice",  "Amara",  "Amelia",    "Ana",        "Anika",  "Anna",   "Aria",    "Asha",   "Aurora",   "Ava",
                          "Beatriz", "Bella",   "Camila", "Carmen", "Celia",     "Chloe",      "Clara",  "Daisy",  "Dalia",   "Deepa",  "Diana",    "Elena",
                          "Eliza",   "Ella",    "Emilia", "Emma",   "Esther",    "Eva",        "Faith",  "Fatima", "Fiona",   "Freya",  "Gabriela", "Gemma",
                          "Grace",   "Hana",    "Hannah", "Harper", "Hazel",     "Helen",      "Ines",   "Ingrid", "Irene",   "Iris",   "Isabel",   "Ivy",
                          "Jada",    "Jasmine", "Jia",    "Joanna", "Julia",     "June",       "Kalani", "Katya",  "Kayla",   "Keiko",  "Kezia",    "Lakshmi",
                          "Laila",   "Lara",    "Laura",  "Leah",   "Lena",      "Leticia",    "Lily",   "Linh",   "Lucia",   "Luna",   "Maeve",    "Mai",
                          "Malia",   "Maria",   "Marta",  "Maya",   "Mei",       "Mia",        "Mila",   "Mina",   "Miriam",  "Nadia",  "Naomi",    "Nia",
                          "Nina",    "Noor",    "Nora",   "Olivia", "Paige",     "Paloma",     "Petra",  "Priya",  "Quinn",   "Rachel", "Rania",    "Renata",
                          "Rosa",    "Ruby",    "Ruth",   "Sadie",  "Salma",     "Samira",     "Sara",   "Selma",  "Shanice", "Sofia",  "Stella",   "Sunita",
                          "Talia",   "Tamika",  "Tessa",  "Thandi", "Uma",       "Valeria",    "Vera",   "Violet", "Willow",  "Ximena", "Yara",     "Yuki",
                          "Zahra",   "Zara",    "Zoe",    "Zofia",  "Mary-Kate", "Anne-Marie", "Ka'imi", "Tala"};

constexpr Names boy[] = {"Aaron",  "Abdul",  "Adam",     "Aiden",   "Ahmed",   "Akira",   "Alan",    "Alejandro", "Amir",    "Andre",   "Andrew",  "Angel",
                         "Arjun",  "Arthur", "Asher",    "Ben",     "Bilal",   "Bruno",   "Caleb",   "Carlos",    "Cedric",  "Chidi",   "Connor",  "Curtis",
                         "Dae",    "Daniel", "Dante",    "Darius",  "David",   "DeShawn", "Desmond", "Diego",     "Dmitri",  "Dominic", "Eduardo", "Edwin",
                         "Elias",  "Emeka",  "Emil",     "Enzo",    "Ethan",   "Ezra",    "Felix",   "Finn",      "Francis", "Gabriel", "George",  "Gustavo",
                         "Hamza",  "Haruto", "Hassan",   "Hector",  "Henry",   "Hugo",    "Ian",     "Ibrahim",   "Isaac",   "Ivan",    "Jack",    "Jamal",
                         "James",  "Javier", "Jin",      "Joel",    "Jonas",   "Jorge",   "Joseph",  "Juan",      "Julian",  "Kai",     "Karim",   "Kenji",
                         "Kofi",   "Kwame",  "Lars",     "Leo",     "Levi",    "Liam",    "Logan",   "Luca",      "Lucas",   "Luis",    "Malik",   "Marco",
                         "Marcus", "Mateo",  "Miguel",   "Minh",    "Mohamed", "Nasir",   "Nathan",  "Nikolai",   "Noah",    "Nolan",   "Oliver",  "Omar",
                         "Oscar",  "Owen",   "Pablo",    "Pavel",   "Pedro",   "Peter",   "Quentin", "Rafael",    "Rahul",   "Ravi",    "Reza",    "Rohan",
                         "Roman",  "Samuel", "Santiago", "Sean",    "Silas",   "Simon",   "Tariq",   "Theo",      "Thomas",  "Tomas",   "Trevon",  "Tyler",
                         "Victor", "Vikram", "Wei",      "William", "Xavier",  "Yusuf",   "Zane",    "Jean-Luc",  "D'Andre", "Keoni"};

constexpr Names family[] = {
    "Abbott",    "Abdi",    "Acosta",    "Adeyemi",   "Aguilar",   "Ahmed",    "Ali",       "Allen",     "Alvarez",  "Amin",     "Andersen", "Anderson",
    "Aoki",      "Arroyo",  "Bailey",    "Banerjee",  "Barnes",    "Bauer",    "Begay",     "Bell",      "Bennett",  "Berg",     "Bhatt",    "Bianchi",
    "Brooks",    "Brown",   "Bui",       "Burke",     "Byrne",     "Cabrera",  "Campbell",  "Cardoso",   "Carter",   "Castillo", "Chan",     "Chavez",
    "Chen",      "Choi",    "Clark",     "Cohen",     "Cole",      "Collins",  "Cooper",    "Cortez",    "Costa",    "Cruz",     "D'Angelo", "Dang",
    "Das",       "Davis",   "Delgado",   "Desai",     "Diallo",    "Diaz",     "Dixon",     "Dominguez", "Dubois",   "Duran",    "Edwards",  "Ellis",
    "Estrada",   "Evans",   "Farah",     "Fernandez", "Fischer",   "Fisher",   "Flores",    "Foster",    "Fraser",   "Freeman",  "Fuentes",  "Fujita",
    "Gallagher", "Garcia",  "Gibson",    "Gomez",     "Gonzales",  "Graham",   "Grant",     "Green",     "Greene",   "Guerrero", "Gupta",    "Gutierrez",
    "Haddad",    "Hall",    "Hansen",    "Harris",    "Hassan",    "Hayes",    "Hernandez", "Hill",      "Hoang",    "Holt",     "Howard",   "Huang",
    "Hughes",    "Huynh",   "Ibarra",    "Ito",       "Ivanov",    "Iyer",     "Jackson",   "Jacobs",    "Jensen",   "Jimenez",  "Johnson",  "Jones",
    "Joseph",    "Kang",    "Kapoor",    "Kaur",      "Kealoha",   "Kelly",    "Khan",      "Kim",       "King",     "Klein",    "Kovacs",   "Kowalski",
    "Kumar",     "Lam",     "Larsen",    "Lawson",    "Le",        "Lee",      "Levin",     "Lewis",     "Li",       "Lin",      "Liu",      "Long",
    "Lopez",     "Lozano",  "Lynch",     "Mahmoud",   "Maldonado", "Malik",    "Marsh",     "Martin",    "Martinez", "Mason",    "McCarthy", "McKenzie",
    "Medina",    "Mehta",   "Mendoza",   "Meyer",     "Miller",    "Mitchell", "Mohamud",   "Molina",    "Moore",    "Morales",  "Moreno",   "Morgan",
    "Mori",      "Moyo",    "Murphy",    "Nair",      "Nakamura",  "Navarro",  "Nelson",    "Ng",        "Nguyen",   "Nkosi",    "Novak",    "O'Brien",
    "O'Connor",  "O'Neill", "Okafor",    "Olsen",     "Ortega",    "Ortiz",    "Osei",      "Owens",     "Pacheco",  "Park",     "Parker",   "Patel",
    "Pereira",   "Perry",   "Petrov",    "Pham",      "Phan",      "Phillips", "Popescu",   "Powell",    "Price",    "Quinn",    "Rahman",   "Ramirez",
    "Ramos",     "Rao",     "Reed",      "Reyes",     "Rivera",    "Roberts",  "Robinson",  "Rojas",     "Romano",   "Romero",   "Rossi",    "Ruiz",
    "Russell",   "Saito",   "Salazar",   "Sanchez",   "Santos",    "Sato",     "Schmidt",   "Scott",     "Shah",     "Sharma",   "Silva",    "Simmons",
    "Singh",     "Smith",   "Sokolov",   "Soto",      "Stewart",   "Suzuki",   "Tan",       "Taylor",    "Thomas",   "Thompson", "Torres",   "Tran",
    "Tsosie",    "Turner",  "Underwood", "Vargas",    "Vasquez",   "Vega",     "Vu",        "Walker",    "Wallace",  "Wang",     "Ward",     "Washington",
    "Watanabe",  "Weber",   "White",     "Williams",  "Wilson",    "Wong",     "Wood",      "Wright",    "Wu",       "Yamada",   "Yang",     "Yilmaz",
    "Young",     "Zamora",  "Zhang",     "Zhou",      "Zimmerman", "Van Dyke", "De Leon",   "St. John",  "Al-Amin"};

constexpr Names accented_girl[] = {"Sofía", "Chloé",  "Zoë",      "Renée", "Noémie",  "Beyza Nur", "Agnès",
                                   "Łucja", "Sinéad", "Børghild", "Øydis", "Marília", "Inès",      "Ana-Lucía"};
constexpr Names accented_boy[] = {"José", "Andrés", "René",       "Søren",   "Björn", "Jürgen",  "Tomás",
                                  "Luís", "Seán",   "Bartłomiej", "Raphaël", "Ángel", "Joaquín", "François"};
constexpr Names accented_family[] = {"Muñoz", "Núñez",     "Peña",    "García", "Gómez",  "Müller",    "Schröder", "Sørensen", "Åberg", "Lévesque",
                                     "Côté",  "Gonçalves", "Özdemir", "Kováč",  "Dvořák", "Błaszczyk", "Ibáñez",   "Nguyễn",   "Trần",  "O’Shea"};

constexpr Names schools[] = {"Alder Creek", "Amelia Brook", "Ashgrove",   "Bayside",       "Birchwood",    "Bluebell",     "Bramble Hill", "Brightwater",
                             "Cedar Ridge", "Clearview",    "Cottonwood", "Crescent",      "Dogwood",      "Eagle Rock",   "East Harbor",  "Elm Street",
                             "Fairhaven",   "Fern Hollow",  "Foxglove",   "Garnet Valley", "Glenbrook",    "Granite Peak", "Harvest",      "Hawthorn",
                             "Heron Lake",  "Highland",     "Indigo Bay", "Juniper",       "Kestrel",      "Lakeshore",    "Lantern Hill", "Liberty",
                             "Magnolia",    "Maple Grove",  "Meadowlark", "Mesa Verde",    "Millpond",     "North Fork",   "Oak Hollow",   "Old Mill",
                             "Orchard",     "Peña Blanca",  "Pinecrest",  "Prairie View",  "Quarry Road",  "Red Cliff",    "Riverbend",    "Rosewood",
                             "Saddleback",  "Sagebrush",    "San Miguel", "Shoreline",     "Silver Birch", "South Fork",   "Spring Hill",  "Stone Bridge",
                             "Summit",      "Sycamore",     "Tamarack",   "Thistle",       "Valley View",  "West Harbor",  "Wildrose",     "Willow Bend"};

constexpr Names city[] = {"Larkspur Falls", "Ashford",    "Port Willow", "Cedar City", "Lindenau",    "Brookhaven",
                          "San Tomas",      "Saint-Rémy", "Marlow",      "Eastfield",  "Kingsbridge", "Redwater"};

// Folding for the two- and three-byte letters of the lists above; a letter not known here is left out of the login.
constexpr struct {
  std::string_view letter;
  char plain;
} foldings[] = {{"á", 'a'}, {"Á", 'a'}, {"å", 'a'}, {"Å", 'a'}, {"ã", 'a'}, {"ä", 'a'}, {"č", 'c'}, {"ç", 'c'}, {"é", 'e'},
                {"è", 'e'}, {"ë", 'e'}, {"ễ", 'e'}, {"í", 'i'}, {"ł", 'l'}, {"Ł", 'l'}, {"ñ", 'n'}, {"ó", 'o'}, {"ô", 'o'},
                {"ö", 'o'}, {"Ö", 'o'}, {"ø", 'o'}, {"Ø", 'o'}, {"ř", 'r'}, {"ú", 'u'}, {"ü", 'u'}, {"ầ", 'a'}};

}  // namespace

std::span<std::string_view const> girls() { return girl; }
std::span<std::string_view const> boys() { return boy; }
std::span<std::string_view const> families() { return family; }
std::span<std::string_view const> accented_girls() { return accented_girl; }
std::span<std::string_view const> accented_boys() { return accented_boy; }
std::span<std::string_view const> accented_families() { return accented_family; }
std::span<std::string_view const> school_names() { return schools; }
std::span<std::string_view const> cities() { return city; }

char* write_as_login(char* out, std::string_view name) {
  while (!name.empty()) {
    auto const c = name[0];
    if (c >= 'A' && c <= 'Z') *out++ = static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') *out++ = c;
    if (static_cast<unsigned char>(c) >= 0x80)
      for (auto const& f : foldings)
        if (name.starts_with(f.letter)) *out++ = f.plain;
    name.remove_prefix(1);
  }
  return out;
}

}  // namespace rollbook::demo
