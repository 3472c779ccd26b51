//! Says how much of the skill words of real adverts the vocabulary understands, and what it does
//! not, most frequent first: `cargo run -p guildhall-catalog --example adverts -- FILE [resolved]`.
//!
//! A file has a heading line and then lines of a written form, a tab and how often it was counted.

use std::io::Write;

use guildhall_catalog::Catalog;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let show_resolved = arguments.next().is_some_and(|word| word == "resolved");
    let text = std::fs::read_to_string(file)?;
    let catalog = Catalog::get();
    let mut out = std::io::stdout().lock();
    let (mut all, mut understood) = (0, 0);
    for line in text.lines().skip(1) {
        let (form, mentions) = line.split_once('\t').ok_or("a line without a tab")?;
        let mentions: u32 = mentions.parse()?;
        let skill = catalog.resolve(form).and_then(|id| catalog.skill(id));
        all += mentions;
        understood += skill.map_or(0, |_| mentions);
        match skill {
            Some(skill) if show_resolved => writeln!(out, "{mentions}\t{form}\t{}", skill.name)?,
            None if !show_resolved => writeln!(out, "{mentions}\t{form}")?,
            Some(_) | None => {}
        }
    }
    let share = f64::from(understood) * 100.0 / f64::from(all.max(1));
    writeln!(out, "{understood} of {all} mentions: {share:.1} %")?;
    Ok(())
}
