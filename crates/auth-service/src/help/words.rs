//! Match words: two short words that name a browser, never a person (RULES P2).

/// Short, concrete and easily spoken; no two sound alike, none is about health,
/// and none is unkind to hear.
#[rustfmt::skip]
const WORDS: [&str; COUNT] = [
    "acorn", "airplane", "almond", "alpaca", "amber", "anchor", "antelope", "apricot", "aspen",
    "asteroid", "avocado", "badger", "bamboo", "banana", "banjo", "beach", "beaver", "blanket",
    "blossom", "blueberry", "bobcat", "bonfire", "bookcase", "bramble", "breeze", "brick", "bridge",
    "broccoli", "brush", "buffalo", "bumblebee", "butterfly", "button", "cabbage", "cactus",
    "canary", "canoe", "canvas", "cardigan", "carpet", "cashew", "castle", "catalog", "cedar",
    "cherry", "chestnut", "chimney", "chipmunk", "cinnamon", "circle", "citrus", "clarinet",
    "clover", "coconut", "compass", "cottage", "cottonwood", "cranberry", "crayon", "crocus",
    "crystal", "cucumber", "cupboard", "curtain", "cushion", "cypress", "daffodil", "daisy",
    "dandelion", "diamond", "dolphin", "domino", "dragonfly", "drawer", "drizzle", "eclipse",
    "elephant", "emerald", "engine", "feather", "finch", "firefly", "flamingo", "flannel", "flute",
    "forest", "freckle", "galaxy", "garden", "garland", "garlic", "gecko", "giraffe", "glacier",
    "goat", "goldfish", "gondola", "goose", "granite", "grapefruit", "gravel", "guitar", "harbor",
    "harvest", "hedgehog", "hexagon", "hickory", "honey", "horizon", "hummingbird", "iceberg",
    "igloo", "indigo", "island", "ivory", "jacket", "jaguar", "jasmine", "jigsaw", "jungle",
    "juniper", "kangaroo", "kayak", "kettle", "keyboard", "kiwi", "koala", "ladybug", "lagoon",
    "lantern", "lavender", "leopard", "library", "lighthouse", "lilac", "lizard", "llama",
    "lobster", "lotus", "magnet", "magnolia", "maple", "marigold", "meadow", "meteor", "mirror",
    "mitten", "moonlight", "mosaic", "mountain", "mulberry", "mushroom", "napkin", "nectar",
    "nightingale", "notebook", "nutmeg", "oatmeal", "ocean", "octopus", "olive", "onion", "orange",
    "orbit", "orchard", "oregano", "ostrich", "otter", "paintbrush", "panda", "papaya", "parade",
    "parsley", "pavilion", "pebble", "pelican", "pencil", "penguin", "pepper", "piano", "picnic",
    "pigeon", "pineapple", "pinecone", "plateau", "postcard", "prairie", "primrose", "pumpkin",
    "puzzle", "pyramid", "quilt", "rabbit", "raccoon", "radish", "rainbow", "raspberry", "rhubarb",
    "ribbon", "river", "robin", "rosemary", "ruby", "sailboat", "sandcastle", "sapphire", "saturn",
    "saxophone", "scarf", "seashell", "sequoia", "shamrock", "skylark", "snowflake", "sparrow",
    "spinach", "spoon", "squirrel", "stadium", "starfish", "strawberry", "sunflower", "swan",
    "sweater", "tangerine", "teapot", "telescope", "terrace", "thistle", "thunder", "tomato",
    "topaz", "tortoise", "toucan", "tractor", "treehouse", "tricycle", "trombone", "trumpet",
    "tulip", "tunnel", "turquoise", "turtle", "umbrella", "unicorn", "vanilla", "velvet", "village",
    "violet", "walnut", "waterfall", "watermelon", "wheat", "wildflower", "window", "winter",
    "zebra", "zucchini",
];

const COUNT: usize = 258;

/// How many random bytes one pair takes.
pub const BYTES: usize = 8;

/// Two different words: staff say the first, the client answers with the second.
#[must_use]
pub fn pair(random: [u8; BYTES]) -> [&'static str; 2] {
    let number = u64::from_be_bytes(random);
    let count = WORDS.len() as u64;
    // 64 bits over some 70,000 pairs: the bias is far below what anybody could see.
    let first = number % count;
    let step = 1 + (number / count) % (count - 1);
    [word(first), word((first + step) % count)]
}

fn word(index: u64) -> &'static str {
    let index = usize::try_from(index).unwrap_or_default();
    WORDS.get(index).copied().unwrap_or("maple")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.bytes().enumerate() {
            let above = row.clone();
            row[0] = i + 1;
            for (j, y) in b.bytes().enumerate() {
                row[j + 1] = (above[j + 1] + 1)
                    .min(row[j] + 1)
                    .min(above[j] + usize::from(x != y));
            }
        }
        row[b.len()]
    }

    // RULES P2
    #[test]
    fn match_words_are_many_short_and_unlike_each_other() {
        assert!(WORDS.len() >= 256, "{}", WORDS.len());
        for (i, a) in WORDS.iter().enumerate() {
            assert!(a.bytes().all(|letter| letter.is_ascii_lowercase()), "{a}");
            assert!((4..=12).contains(&a.len()), "{a}");
            for b in &WORDS[i + 1..] {
                assert!(distance(a, b) > 2, "{a} and {b}");
                assert!(!a.starts_with(b) && !b.starts_with(a), "{a} and {b}");
            }
        }
    }

    // RULES P2
    #[test]
    fn the_two_words_of_a_pair_differ() {
        for number in 0..100_000_u64 {
            let [first, second] = pair(number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
            assert_ne!(first, second);
        }
    }
}
