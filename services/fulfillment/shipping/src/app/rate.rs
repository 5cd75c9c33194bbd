//! What delivery costs, and when it arrives.
use super::Shipping;
use crate::{
    Error,
    domain::{Destination, Goods, Method, Rate, UnitRate},
};
use kernel::{Currency, MethodId, Money, Timestamp, VendorId};

/// What is asked: goods of several vendors, one address.
pub struct Enquiry {
    pub to: Destination,
    pub currency: Currency,
    pub vendors: Vec<VendorGoods>,
}

pub struct VendorGoods {
    pub vendor: VendorId,
    pub goods: Vec<Goods>,
    /// Only this one is wanted.
    pub method: Option<MethodId>,
}

/// Of one vendor, the cheapest first. None: it does not deliver these goods there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub vendor: VendorId,
    pub options: Vec<DeliveryOption>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    pub method: MethodId,
    pub name: String,
    pub carrier: String,
    pub price: Money,
    /// The end of the day of arrival.
    pub promised: Timestamp,
    pub why: Vec<String>,
}

impl VendorGoods {
    /// A method of theirs or the marketplace's, and the one that is wanted.
    fn takes(&self, method: &Method) -> bool {
        method.vendor.is_none_or(|owner| owner == self.vendor) && self.method.is_none_or(|wanted| wanted == method.id)
    }
}

impl Shipping {
    /// A vendor that can't deliver has no options; a wish for one method that does not serve is refused, naming all such vendors.
    pub async fn rate(&self, enquiry: Enquiry) -> Result<Vec<Options>, Error> {
        let (now, mut all, mut unserved) = (self.clock.now(), vec![], vec![]);
        if enquiry.vendors.iter().any(|asked| asked.goods.is_empty()) {
            return Err(Error::Empty);
        }
        let vendors: Vec<VendorId> = enquiry.vendors.iter().map(|asked| asked.vendor).collect();
        let methods = self.methods.of(&vendors, enquiry.currency).await?;
        for asked in &enquiry.vendors {
            let served = methods.iter().filter(|(method, zone)| asked.takes(method) && zone.covers(&enquiry.to));
            let served: Vec<&Method> = served.map(|(method, _)| method).collect();
            let options = self.options(&served, asked, (&enquiry.to, now)).await?;
            if asked.method.is_some() && options.is_empty() {
                unserved.push(asked.vendor);
            }
            all.push(Options { vendor: asked.vendor, options });
        }
        if unserved.is_empty() { Ok(all) } else { Err(Error::NotServed(unserved)) }
    }

    async fn options(
        &self,
        methods: &[&Method],
        asked: &VendorGoods,
        (to, now): (&Destination, Timestamp),
    ) -> Result<Vec<DeliveryOption>, Error> {
        let recorded = self.recorded(methods, asked, to, now).await?;
        let options = methods.iter().filter_map(|method| self.option(method, &asked.goods, (&recorded, now)));
        let mut options: Vec<_> = options.collect();
        options.sort_by_key(|option| (option.price.minor(), option.promised, option.method));
        Ok(options)
    }

    /// Read only when a method of the recorded carrier is among them.
    async fn recorded(
        &self,
        methods: &[&Method],
        asked: &VendorGoods,
        to: &Destination,
        now: Timestamp,
    ) -> Result<Vec<UnitRate>, Error> {
        if !methods.iter().any(|method| method.rate == Rate::Recorded) {
            return Ok(vec![]);
        }
        let offers: Vec<_> = asked.goods.iter().map(|line| line.offer).collect();
        Ok(self.rates.at(&offers, &to.prefix(), now).await?)
    }

    fn option(
        &self,
        method: &Method,
        goods: &[Goods],
        (recorded, now): (&[UnitRate], Timestamp),
    ) -> Option<DeliveryOption> {
        let priced = method.rate.price(goods, method.currency, recorded)?;
        let zone = &method.pace.time_zone;
        let day = method.pace.arrival(self.calendar.local(now, zone)?);
        let promised = self.calendar.end_of(day, zone)?;
        let Method { id, name, carrier, .. } = method.clone();
        let why = priced.why.into_iter().chain([method.pace.why()]).collect();
        Some(DeliveryOption { method: id, name, carrier, price: priced.price, promised, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fakes::{Fakes, NOW, goods, id};
    use crate::domain::RecordedRate;
    use std::time::Duration;

    fn asked(vendor: VendorId, method: Option<MethodId>) -> VendorGoods {
        VendorGoods { vendor, goods: vec![goods(1, 2)], method }
    }
    fn enquiry(vendors: Vec<VendorGoods>) -> Enquiry {
        Enquiry { to: Destination::new("BR", "SP", "01310-000"), currency: Currency::EUR, vendors }
    }

    #[tokio::test]
    async fn the_cheapest_comes_first_and_each_vendor_has_its_own() {
        let fakes = Fakes::default();
        let (one, other, nobody) = (id(1), id(2), id(3));
        let dear = fakes.method(Some(one), "BR", Rate::Flat(900));
        let cheap = fakes.method(Some(one), "BR", Rate::Flat(300));
        fakes.method(Some(one), "DE", Rate::Flat(1));
        let third = fakes.method(Some(other), "BR", Rate::Flat(500));
        let rated =
            fakes.app().rate(enquiry(vec![asked(one, None), asked(other, None), asked(nobody, None)])).await.unwrap();
        let ids: Vec<Vec<_>> = rated.iter().map(|o| o.options.iter().map(|o| o.method).collect()).collect();
        assert_eq!(ids, [vec![cheap.id, dear.id], vec![third.id], vec![]]);
    }

    #[tokio::test]
    async fn one_method_that_does_not_serve_is_refused_with_its_vendors() {
        let fakes = Fakes::default();
        let (one, other) = (id(1), id(2));
        let here = fakes.method(Some(one), "BR", Rate::Flat(900));
        let abroad = fakes.method(Some(other), "DE", Rate::Flat(900));
        let served = fakes.app().rate(enquiry(vec![asked(one, Some(here.id))])).await.unwrap();
        assert_eq!(served[0].options.len(), 1);
        for method in [abroad.id, here.id, id(77)] {
            let refused = fakes.app().rate(enquiry(vec![asked(one, Some(here.id)), asked(other, Some(method))])).await;
            assert!(matches!(refused, Err(Error::NotServed(vendors)) if vendors == [other]));
        }
    }

    /// olist 7
    #[tokio::test]
    async fn recorded_freight_is_dated_by_the_business_clock() {
        let fakes = Fakes::default();
        fakes.method(None, "BR", Rate::Recorded);
        let row = |starts, price| RecordedRate { offer: goods(1, 1).offer, prefix: "01310".into(), starts, price };
        fakes.record(row(Timestamp(0), 1000));
        fakes.record(row(NOW + Duration::from_secs(60), 1200));
        let price = |rated: Vec<Options>| rated[0].options.first().map(|option| option.price.minor());
        let app = fakes.app();
        assert_eq!(price(app.rate(enquiry(vec![asked(id(9), None)])).await.unwrap()), Some(2000));
        fakes.clock.turn(Duration::from_secs(60));
        assert_eq!(price(app.rate(enquiry(vec![asked(id(9), None)])).await.unwrap()), Some(2400));
        let mut elsewhere = enquiry(vec![asked(id(9), None)]);
        elsewhere.to = Destination::new("BR", "SP", "01311-000");
        assert_eq!(price(app.rate(elsewhere).await.unwrap()), None, "an unknown key is no delivery");
    }

    #[tokio::test]
    async fn nothing_is_no_delivery_and_another_currency_no_method() {
        let fakes = Fakes::default();
        fakes.method(Some(id(1)), "BR", Rate::Flat(1));
        let empty = VendorGoods { vendor: id(1), goods: vec![], method: None };
        assert!(matches!(fakes.app().rate(enquiry(vec![empty])).await, Err(Error::Empty)));
        let mut dollars = enquiry(vec![asked(id(1), None)]);
        dollars.currency = "USD".parse().unwrap();
        assert!(fakes.app().rate(dollars).await.unwrap()[0].options.is_empty());
    }
}
