package fhirehose.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binstore.DatabaseBinaryContentStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/** The beans that HAPI's JPA server needs from whoever embeds it. */
@Configuration
@Import({
  JpaR4Config.class,
  HapiJpaConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  SubscriptionSubmitterConfig.class,
  SubscriptionProcessorConfig.class,
  SubscriptionChannelConfig.class,
  ThreadPoolFactoryConfig.class
})
class JpaServer {
  @Bean
  Settings settings() {
    return Settings.fromProperties();
  }

  @Bean
  JpaStorageSettings storageSettings(Settings settings) {
    JpaStorageSettings storage = new JpaStorageSettings();
    if (settings.numericIds()) {
      storage.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ANY);
      storage.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
    }
    storage.setEnforceReferentialIntegrityOnWrite(settings.references());
    storage.setEnforceReferentialIntegrityOnDelete(settings.references());
    storage.setAutoCreatePlaceholderReferenceTargets(settings.placeholders());
    // By default it answers with the total of up to a minute ago.
    storage.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
    storage.setHibernateSearchIndexSearchParams(false);
    storage.setHibernateSearchIndexFullText(false);
    return storage;
  }

  @Bean(destroyMethod = "close")
  HikariDataSource dataSource(Settings settings) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(settings.databaseUrl());
    pool.setUsername(settings.databaseUser());
    pool.setPassword(settings.databasePassword());
    pool.setMaximumPoolSize(settings.databaseConnections());
    return pool;
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      ConfigurableListableBeanFactory beans,
      FhirContext fhir,
      JpaStorageSettings storage,
      DataSource pool,
      Settings settings) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, storage);
    factory.setPersistenceUnitName("HAPI_PU");
    factory.setDataSource(pool);
    factory.setJpaProperties(hibernate(settings));
    return factory;
  }

  @Bean
  JpaTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  SubscriptionSettings subscriptionSettings() {
    return new SubscriptionSettings();
  }

  @Bean
  IEmailSender emailSender() {
    return mail -> {};
  }

  @Bean
  DatabaseBinaryContentStorageSvcImpl binaryStorage() {
    return new DatabaseBinaryContentStorageSvcImpl();
  }

  private static Properties hibernate(Settings settings) {
    Properties properties = new Properties();
    properties.put(
        "hibernate.dialect",
        "ca.uhn.fhir.jpa.model.dialect.HapiFhir"
            + (settings.onPostgres() ? "Postgres" : "H2")
            + "Dialect");
    properties.put("hibernate.hbm2ddl.auto", "update");
    properties.put("hibernate.jdbc.batch_size", "100");
    properties.put("hibernate.order_inserts", "true");
    properties.put("hibernate.cache.use_query_cache", "false");
    properties.put("hibernate.cache.use_second_level_cache", "false");
    properties.put("hibernate.search.enabled", "false");
    return properties;
  }
}
