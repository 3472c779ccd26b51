//! Whoever looks for common skills finds somebody.

use super::*;

/// A request for these skills from nowhere in particular; the first one is a must.
fn asking(skills: &[(u32, &str)]) -> Request {
    let skills = skills
        .iter()
        .enumerate()
        .map(|(place, (id, name))| WantedSkill {
            skill: Some(*id),
            name: (*name).to_owned(),
            must: place == 0,
            level: Level::Intermediate,
        });
    let day = NOW.day();
    Request {
        id: guildhall_domain::id::RequestId(uuid::Uuid::from_u128(1)),
        client: AccountId(uuid::Uuid::from_u128(2)),
        text: RequestText {
            title: "Five skills".to_owned(),
            description: String::new(),
            category: "software".to_owned(),
            skills: skills.collect(),
            work: Work::Remote,
            place: None,
            start: day.plus_days(30),
            end: day.plus_days(60),
            hours_per_week: 8,
            budget: None,
            time_zone: "Europe/Berlin".to_owned(),
            languages: Vec::new(),
        },
        terms_version: 1,
        places: 1,
        hired: 0,
        stage: RequestStage::Open,
        published: NOW,
        changed: NOW,
    }
}

#[test]
fn any_five_common_skills_find_at_least_three_people() {
    let catalog = Catalog::get();
    let people: BTreeMap<AccountId, &Person> =
        all::<Person>().map(|person| (person.id, person)).collect();
    let facts: Vec<FreelancerFacts> = all::<Profile>()
        .map(|profile| freelancer_facts(profile, people[&profile.id], catalog, NOW.day()))
        .collect();
    let relations = relations(catalog);
    let common: Vec<(u32, &str)> = catalog
        .skills()
        .iter()
        .filter(|skill| skill.common)
        .map(|skill| (skill.id.0, skill.name))
        .collect();
    assert!(common.len() > 300, "only {} common skills", common.len());
    // Each common skill is a must once, with four others drawn at random.
    let mut chance = Chance::new(5);
    for must in &common {
        let mut five = vec![*must];
        five.extend((0..4).filter_map(|_| chance.pick(&common).copied()));
        let request = request_facts(&asking(&five), catalog);
        let found = rank_freelancers(&request, &facts, &relations, &Weights::default(), 3);
        assert_eq!(found.matches.len(), 3, "{five:?}");
    }
}

#[test]
fn five_skills_of_one_trade_find_three_people_who_have_them_all() {
    const FIVES: [[&str; 5]; 12] = [
        ["React", "TypeScript", "PostgreSQL", "Node.js", "Docker"],
        ["Rust", "PostgreSQL", "REST APIs", "Docker", "Linux"],
        ["HTML", "CSS", "JavaScript", "React", "Figma"],
        ["WordPress", "PHP", "CSS", "MySQL", "SEO"],
        [
            "UI/UX design",
            "Figma",
            "Prototyping",
            "User research",
            "Web design",
        ],
        [
            "Graphic design",
            "Logo design",
            "Adobe Illustrator",
            "Adobe InDesign",
            "Adobe Photoshop",
        ],
        [
            "Data analysis",
            "SQL",
            "Microsoft Excel",
            "Power BI",
            "Python",
        ],
        [
            "Copywriting",
            "Content writing",
            "SEO writing",
            "Blog writing",
            "Email copywriting",
        ],
        [
            "SEO",
            "Google Ads",
            "Google Analytics",
            "Content marketing",
            "Keyword research",
        ],
        ["Docker", "Kubernetes", "Terraform", "AWS", "CI/CD"],
        [
            "Carpentry",
            "Joinery",
            "Furniture making",
            "Woodworking",
            "Kitchen fitting",
        ],
        [
            "Cleaning",
            "House cleaning",
            "Window cleaning",
            "Ironing",
            "Laundry",
        ],
    ];
    let catalog = Catalog::get();
    let people: BTreeMap<AccountId, &Person> =
        all::<Person>().map(|person| (person.id, person)).collect();
    let facts: Vec<FreelancerFacts> = all::<Profile>()
        .map(|profile| freelancer_facts(profile, people[&profile.id], catalog, NOW.day()))
        .collect();
    for five in FIVES {
        let skills: Vec<(u32, &str)> = five
            .iter()
            .map(|name| (catalog.resolve(name).expect("is known").0, *name))
            .collect();
        let mut request = asking(&skills);
        for skill in &mut request.text.skills {
            skill.must = true;
        }
        let request = request_facts(&request, catalog);
        let found = rank_freelancers(
            &request,
            &facts,
            &relations(catalog),
            &Weights::default(),
            3,
        );
        assert_eq!(found.matches.len(), 3, "{five:?}");
    }
}
