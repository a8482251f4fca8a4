//! `status`: what the index says of each series, without a look at any picture.

use cache::SpecFilter;

use super::Ending;
use crate::{config::Base, console::Console, error::Error, print};

/// Prints what the index holds of the series and specs that are asked for.
pub fn run(base: &Base, specs: &SpecFilter) -> Result<Ending, Error> {
    let mut console = Console::new(base.output);
    let cache = base.cache()?;
    cache.must_exist()?;
    // Without its source an index still has much to say.
    let market = base.market(&Default::default()).map_err(Error::from).inspect_err(|error| {
        console.log(|| format!("ends that are not rendered yet are not counted: {error}"));
    });
    let summary = cache.status(market.as_ref().ok(), &base.filter, specs)?;
    print::status::print(&mut console, base, &cache.root, &summary);
    console.finish()?;
    Ok(Ending::Done)
}
